#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// What a server asks through PAM, and what it wants to hear: written by e2e/password_sshd.cpp, read by
/// pam_questions.cpp, which sshd loads.
namespace autossh_test {

struct Question {
    enum class Wanted {
        text,        ///< `answer` itself
        first_line,  ///< of the file `answer`, as it is at that moment
        anything,
    };

    std::string prompt;  ///< any bytes but NUL
    std::string answer = {};
    Wanted wanted = Wanted::text;
    bool echo = false;

    bool operator==(const Question&) const = default;
};

bool is_right(const Question& question, const std::string& given);

void write_questions(const std::filesystem::path& file, const std::vector<Question>& questions);
/// Throws std::runtime_error when it is not such a file.
std::vector<Question> read_questions(const std::filesystem::path& file);

/// Log-ins side by side may do this at the same time. Throws std::system_error.
void append_answer(const std::filesystem::path& file, const std::string& answer);
/// In the order in which they came, the empty ones too.
std::vector<std::string> read_answers(const std::filesystem::path& file);

}  // namespace autossh_test
