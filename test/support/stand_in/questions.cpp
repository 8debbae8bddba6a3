#include "support/stand_in/questions.hpp"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace autossh_test {
namespace {

/// Two digits for each byte, so that every text is one word of one line. The dash makes the empty one a word
/// too.
std::string as_word(const std::string& text)
{
    constexpr const char* digits = "0123456789abcdef";
    std::string word = "-";
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        word += digits[byte / 16];
        word += digits[byte % 16];
    }
    return word;
}

std::string from_word(const std::string& word)
{
    std::string text;
    for (std::size_t at = 1; at + 1 < word.size(); at += 2) {
        unsigned char byte = 0;
        const char* const end = word.data() + at + 2;
        if (std::from_chars(word.data() + at, end, byte, 16).ptr != end)
            throw std::runtime_error("not in hexadecimal: " + word);
        text += static_cast<char>(byte);
    }
    return text;
}

bool is_first_line(const std::string& text, const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::string line;
    return std::getline(file, line) && line == text;
}

}  // namespace

bool is_right(const Question& question, const std::string& given)
{
    switch (question.wanted) {
    case Question::Wanted::text: return given == question.answer;
    case Question::Wanted::first_line: return is_first_line(given, question.answer);
    case Question::Wanted::anything: break;
    }
    return true;
}

void write_questions(const std::filesystem::path& file, const std::vector<Question>& questions)
{
    std::ofstream stream(file);
    for (const auto& question : questions)
        stream << static_cast<int>(question.wanted) << ' ' << question.echo << ' ' << as_word(question.prompt)
               << ' ' << as_word(question.answer) << '\n';
    stream.flush();
    if (!stream)
        throw std::runtime_error("cannot write " + file.string());
}

std::vector<Question> read_questions(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    std::vector<Question> questions;
    for (std::string line; std::getline(stream, line);) {
        std::istringstream words(line);
        int wanted = 0;
        bool echo = false;
        std::string prompt;
        std::string answer;
        if (!(words >> wanted >> echo >> prompt >> answer))
            throw std::runtime_error("not a question: " + line);
        questions.push_back(
            {from_word(prompt), from_word(answer), static_cast<Question::Wanted>(wanted), echo});
    }
    return questions;
}

void append_answer(const std::filesystem::path& file, const std::string& answer)
{
    const std::string line = as_word(answer) + "\n";
    const int descriptor = open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        throw std::system_error(errno, std::generic_category(), file);
    const ssize_t written = write(descriptor, line.data(), line.size());
    const std::error_code error(errno, std::generic_category());
    close(descriptor);
    if (written != static_cast<ssize_t>(line.size()))
        throw std::system_error(error, file);
}

std::vector<std::string> read_answers(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    std::vector<std::string> answers;
    for (std::string line; std::getline(stream, line);)
        answers.push_back(from_word(line));
    return answers;
}

}  // namespace autossh_test
