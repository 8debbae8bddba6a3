// A PAM module that asks what a test has listed, and notes each answer (e2e/password_sshd.hpp). Its argument
// is a directory: the file USER.questions in it lists the questions, USER.answers takes what was answered;
// with USER.open it asks nothing, and takes as many seconds as stand there. With USER.account the account is
// judged by it: a result of PAM's, and words for the user. For the rest of a log-in it says yes.
#include "support/stand_in/questions.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <optional>

#include <security/pam_modules.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// Nothing: there is no answer to be had.
std::optional<std::string> ask(pam_handle_t* handle, const Question& question)
{
    const void* item = nullptr;
    if (pam_get_item(handle, PAM_CONV, &item) != PAM_SUCCESS || item == nullptr)
        return std::nullopt;
    const auto* const conversation = static_cast<const pam_conv*>(item);
    const pam_message message{question.echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF,
                              question.prompt.c_str()};
    const pam_message* messages[] = {&message};
    pam_response* response = nullptr;
    const int result = conversation->conv(1, messages, &response, conversation->appdata_ptr);
    if (result != PAM_SUCCESS || response == nullptr)
        return std::nullopt;
    std::string answer = response->resp == nullptr ? "" : response->resp;
    std::free(response->resp);
    std::free(response);
    return answer;
}

/// All questions, whatever is answered, as a server does that tells nobody which answer was wrong.
int ask_all(pam_handle_t* handle, const std::string& directory)
{
    const char* user = nullptr;
    if (pam_get_user(handle, &user, nullptr) != PAM_SUCCESS || user == nullptr)
        return PAM_USER_UNKNOWN;
    const std::string files = directory + "/" + user;
    if (std::ifstream open(files + ".open"); open) {
        unsigned seconds = 0;
        open >> seconds;
        ::sleep(seconds);  // as long as a person takes elsewhere
        return PAM_SUCCESS;
    }
    const auto questions = read_questions(files + ".questions");
    if (questions.empty())
        return PAM_AUTH_ERR;
    int result = PAM_SUCCESS;
    for (const auto& question : questions) {
        const auto answer = ask(handle, question);
        if (!answer)
            return PAM_CONV_ERR;
        append_answer(files + ".answers", *answer);
        if (!is_right(question, *answer))
            result = PAM_AUTH_ERR;
    }
    return result;
}

void tell(pam_handle_t* handle, const std::string& words)
{
    const void* item = nullptr;
    if (pam_get_item(handle, PAM_CONV, &item) != PAM_SUCCESS || item == nullptr)
        return;
    const pam_message message{PAM_TEXT_INFO, words.c_str()};
    const pam_message* messages[] = {&message};
    pam_response* response = nullptr;
    static_cast<const pam_conv*>(item)->conv(1, messages, &response,
                                             static_cast<const pam_conv*>(item)->appdata_ptr);
    std::free(response);
}

int judge_account(pam_handle_t* handle, const std::string& directory)
{
    const char* user = nullptr;
    if (pam_get_user(handle, &user, nullptr) != PAM_SUCCESS || user == nullptr)
        return PAM_USER_UNKNOWN;
    std::ifstream account(directory + "/" + user + ".account");
    int result = PAM_SUCCESS;
    std::string words;
    if (account >> result >> std::ws && std::getline(account, words))
        tell(handle, words);
    return result;
}

}  // namespace

extern "C" {

int pam_sm_authenticate(pam_handle_t* handle, int, int count, const char** arguments)
{
    if (count != 1)
        return PAM_SERVICE_ERR;
    try {
        return ask_all(handle, arguments[0]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pam_questions: %s\n", error.what());  // into sshd's log
        return PAM_SYSTEM_ERR;
    }
}

int pam_sm_setcred(pam_handle_t*, int, int, const char**)
{
    return PAM_SUCCESS;
}

int pam_sm_acct_mgmt(pam_handle_t* handle, int, int count, const char** arguments)
{
    return count == 1 ? judge_account(handle, arguments[0]) : PAM_SERVICE_ERR;
}

int pam_sm_open_session(pam_handle_t*, int, int, const char**)
{
    return PAM_SUCCESS;
}

int pam_sm_close_session(pam_handle_t*, int, int, const char**)
{
    return PAM_SUCCESS;
}

int pam_sm_chauthtok(pam_handle_t*, int, int, const char**)
{
    return PAM_SUCCESS;
}

}  // extern "C"
