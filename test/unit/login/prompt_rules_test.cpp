#include "autossh/login/prompt_rules.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

#include <fmt/core.h>

using namespace autossh;
using Act = PromptDecision::Act;

namespace {

using Rules = std::vector<SecretRule>;

const SecretSource file{.kind = SecretSource::Kind::file, .name = "/s"};
const SecretSource command{.kind = SecretSource::Kind::command, .command = {"totp"}};
const std::string key_question = "Enter passphrase for key '/k/id': ";

PromptContext context()
{
    PromptContext known;
    known.destination = {"u@h", "u@h.example"};
    known.key_files = {"/k/id"};
    return known;
}

PromptContext with_person()
{
    PromptContext with = context();
    with.person = true;
    return with;
}

PromptContext with_encrypted_key()
{
    PromptContext with = context();
    with.guarded = {{"/k/id", "the passphrase of /k/id"}};
    return with;
}

/// "give 0", "ask a person", "refuse: CLASS: CAUSE", "end ssh: CLASS: CAUSE".
std::string text_of(const PromptDecision& decision)
{
    const Failure& failure = decision.failure;
    const std::string why = fmt::format("{}: {}", name(failure.failure_class), failure.cause);
    switch (decision.act) {
    case Act::give: return fmt::format("give {}", decision.rule);
    case Act::ask_person: return "ask a person";
    case Act::refuse: return "refuse: " + why;
    case Act::end_ssh: return "end ssh: " + why;
    }
    return "?";
}

std::string decided(PromptRules& rules, const std::string& text, const std::string& hint = "")
{
    return text_of(rules.decide(understand_prompt(text, hint)));
}

/// The first question of one ssh.
std::string answer(const Rules& given, const PromptContext& known, const std::string& text,
                   const std::string& hint = "")
{
    PromptRules rules(given, known);
    return decided(rules, text, hint);
}

}  // namespace

TEST_CASE("Secrets: what only a person may answer is given no secret")
{
    struct Row {
        std::string text;
        std::string hint;
        std::string decision;
    };
    const Row rows[] = {
        {"Are you sure you want to continue connecting (yes/no)? ", "",
         "refuse: host key unknown: the server's host key is not known, and only a person may accept it"},
        {"Enter PIN for 'token': ", "",
         "refuse: needs a person: needs a person: ssh asks \"Enter PIN for 'token':\""},
        {"Allow forward to h:22? ", "confirm",
         "refuse: needs a person: needs a person: ssh asks \"Allow forward to h:22?\""},
        {"What\nnow? ", "", R"(end ssh: needs a person: needs a person: ssh asks "What\x0anow?")"},
        {"Confirm user presence for key K", "none",
         "refuse: needs a person: needs a person: Confirm user presence for key K"},
        {"(u@h) New password: ", "",
         "end ssh: needs a person: needs a person: the server wants the password of u@h to be changed"},
        {"Enter u@h's old password: ", "",
         "end ssh: needs a person: needs a person: the server wants the password of u@h to be changed"},
    };
    const Rules everything{{"*", command}, {"*@* *", command}, {"", command}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(answer(everything, context(), row.text, row.hint) == row.decision);
        CHECK(answer(everything, with_person(), row.text, row.hint) == "ask a person");
    }
}

TEST_CASE("Secrets: a passphrase comes from the first rule that names the key, else from the one for all")
{
    struct Row {
        Rules rules;
        std::string decision;
    };
    const std::string none =
        "refuse: key unusable: the key /k/id needs a passphrase, and no secret is given for it";
    const Row rows[] = {
        {{}, none},
        {{{"/k/other", file}}, none},
        {{{"u@h", file}}, none},
        {{{"id", file}}, none},
        {{{"", file}}, "give 0"},
        {{{"/k/id", file}}, "give 0"},
        {{{"*id", file}}, "give 0"},
        {{{"/*", file}}, "give 0"},
        {{{"/k/i[a-d]", file}}, "give 0"},
        {{{"/k/other", file}, {"/k/id", file}, {"*", file}}, "give 1"},
        {{{"", file}, {"/k/id", file}}, "give 1"},
        {{{"/k/other", file}, {"", file}}, "give 1"},
    };
    for (const Row& row : rows) {
        CHECK(answer(row.rules, context(), key_question) == row.decision);
        CHECK(answer(row.rules, with_person(), key_question) ==
              (row.rules.empty() || row.decision == none ? "ask a person" : row.decision));
    }
    CHECK(answer({{"/k/my keys@home/id", file}}, context(),
                 "Enter passphrase for key '/k/my keys@home/id': ") == "give 0");
}

TEST_CASE("Secrets: a key is known by its whole path, though ssh tells 100 bytes of it")
{
    PromptContext known = context();
    const std::string path = "/k/" + std::string(120, 'x') + "/id";
    const Rules rules{{path, file}};
    const std::string question = "Enter passphrase for key '" + path.substr(0, 100) + "': ";
    CHECK(answer(rules, known, question).starts_with("refuse: key unusable"));
    known.key_files.push_back(path);
    CHECK(answer(rules, known, question) == "give 0");
    CHECK(answer(rules, known, "Enter passphrase for key '" + path.substr(0, 99) + "': ")
              .starts_with("refuse: key unusable"));
}

TEST_CASE("Secrets: who asks and what for decides which secret a server gets")
{
    struct Row {
        Rules rules;
        std::string text;
        std::string decision;
    };
    const std::string password = "u@h's password: ";
    const std::string code = "(u@h) Verification code: ";
    const std::string challenge = "(u@h) Who goes there? ";
    const std::string no_password = "end ssh: secret unavailable: no secret is given for the password of u@h";
    const std::string no_code = "end ssh: needs a person: needs a person: u@h asks \"Verification code:\"";
    const std::string no_key_for_password =
        "end ssh: authentication refused: no key is enough: the server asks for the password of u@h";
    const std::string no_key_for_code =
        "end ssh: authentication refused: no key is enough: u@h asks \"Verification code:\"";
    const std::string no_key_for_challenge =
        "end ssh: authentication refused: no key is enough: u@h asks \"Who goes there?\"";
    const std::string no_answer = "end ssh: needs a person: needs a person: u@h asks \"Who goes there?\"";
    const Row rows[] = {
        // by name: a password; a code only from a command; nothing else
        {{{"u@h", file}}, password, "give 0"},
        {{{"u@h", file}}, "(u@h) Password: ", "give 0"},
        {{{"u@h", file}}, code, no_code},
        {{{"u@h", command}}, code, "give 0"},
        {{{"u@h", command}}, challenge, no_answer},
        {{{"u@h.example", file}}, password, "give 0"},  // another name of the same
        {{{"*@h", file}}, password, "give 0"},
        {{{"*", file}}, challenge, no_answer},
        {{{"root@h", file}, {"u@other", file}}, password, no_password},
        // by the question: whatever it is, from any source
        {{{"u@h Verification code:", file}}, code, "give 0"},
        {{{"u@h *code*", file}}, code, "give 0"},
        {{{"u@h.example *code*", file}}, code, "give 0"},
        {{{"u@h Who*", file}}, challenge, "give 0"},
        {{{"u@h password:", file}}, password, "give 0"},
        {{{"u@h PIN*", file}}, code, no_code},
        {{{"u@other *", file}}, code, no_code},
        // the first that answers counts
        {{{"u@h", file}, {"u@h *code*", file}}, code, "give 1"},
        {{{"u@h *code*", file}, {"u@h", file}}, password, "give 1"},
        {{{"", file}, {"u@h", file}}, password, "give 1"},
        // for what no pattern names
        {{{"", file}}, password, "give 0"},
        {{{"", file}}, code, no_code},
        {{{"", command}}, code, "give 0"},
        {{{"", command}}, challenge, no_answer},
        {{{"u@h", file}, {"", command}}, code, "give 1"},
        {{}, password, no_key_for_password},
        {{}, code, no_key_for_code},
        {{}, challenge, no_key_for_challenge},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(answer(row.rules, context(), row.text) == row.decision);
        const bool given = row.decision.starts_with("give");
        CHECK(answer(row.rules, with_person(), row.text) == (given ? row.decision : "ask a person"));
    }
}

TEST_CASE("Secrets: another server than the destination gets only what names it")
{
    const std::string question = "j@jump's password: ";
    CHECK(answer({{"", file}}, context(), question) ==
          "end ssh: secret unavailable: no secret is given for the password of j@jump");
    CHECK(answer({{"u@h", file}, {"j@jump", file}, {"", file}}, context(), question) == "give 1");
    CHECK(answer({{"", command}}, context(), "(j@jump) Verification code: ")
              .starts_with("end ssh: needs a person"));
    CHECK(answer({{"", file}}, {}, "u@h's password: ").starts_with("end ssh: secret unavailable"));
}

TEST_CASE("Secrets: no server gets what is for a key, whatever it asks")
{
    for (const char* const pattern : {"/k/id", "*/id", "*id*", "* keys/id", "*@corp keys/id", "/k/*"}) {
        const Rules rules{{pattern, file}};
        for (const char* const asked :
             {"(u@h) Password: ", "(u@h) /k/id", "(u@h) Enter passphrase for key '/k/id': ", "(u@h) keys/id",
              "(u@h) x@corp keys/id", "(u@h) Code of /k/id", "(u@h) x /k/id", "u@h's password: "}) {
            CAPTURE(pattern, asked);
            CHECK(answer(rules, context(), asked).starts_with("end ssh"));
        }
    }
}

TEST_CASE("Secrets: the secret for all goes to no server while it may be a passphrase")
{
    const std::string may_be =
        "end ssh: secret unavailable: the secret may be the passphrase of /k/id, which "
        "no server may have; say what it is for: --secret-for 'u@h=SOURCE'";
    for (const std::string text : {"u@h's password: ", "(u@h.example) Verification code: "}) {
        CHECK(answer({{"", command}}, with_encrypted_key(), text) == may_be);
        CHECK(answer({{"/k/id", file}, {"", command}}, with_encrypted_key(), text) == "give 1");
        CHECK(answer({{"u@h", command}, {"", file}}, with_encrypted_key(), text) == "give 0");
    }
    CHECK(answer({{"", file}}, with_encrypted_key(), key_question) == "give 0");

    // the key was not known to need one until ssh asked for it
    const Rules rules{{"", file}};
    PromptRules asked(rules, context());
    CHECK(decided(asked, key_question) == "give 0");
    CHECK(decided(asked, "u@h's password: ") == may_be);
}

TEST_CASE("Secrets: what has been given once is given no more to the same ssh")
{
    struct Row {
        Rules rules;
        std::string first;
        std::string second;
        std::string decision;
    };
    const std::string wrong =
        "end ssh: authentication refused: the server does not accept the secret for u@h";
    const Row rows[] = {
        {{{"", file}},
         key_question,
         key_question,
         "refuse: authentication refused: the secret is not the passphrase of the key /k/id"},
        {{{"", file}}, key_question, "Enter passphrase for key '/k/id2': ", "give 0"},
        {{{"u@h", file}}, "u@h's password: ", "u@h's password: ", wrong},
        {{{"u@h", file}}, "(u@h) Password: ", "u@h's password: ", wrong},
        {{{"u@h", command}}, "(u@h) Verification code: ", "(u@h) Enter OTP: ", wrong},
        {{{"u@h", command}}, "u@h's password: ", "(u@h) Verification code: ", "give 0"},
        {{{"*", file}}, "j@jump's password: ", "u@h's password: ", "give 0"},
        {{{"u@h *", file}}, "(u@h) Who? ", "(u@h) Who?", wrong},
        {{{"u@h *", file}}, "(u@h) Who? ", "(u@h) What? ", wrong},
        {{{"u@h *assword*", file}}, "(u@h) Password: ", "(u@h) Password (try 2): ", wrong},
        {{{"u@h *assword*", file}}, "(u@h) Password: ", "u@h's password: ", wrong},
    };
    for (const Row& row : rows) {
        CAPTURE(row.first, row.second);
        PromptRules rules(row.rules, context());
        REQUIRE(decided(rules, row.first) == "give 0");
        CHECK(decided(rules, row.second) == row.decision);
        PromptRules asking(row.rules, with_person());
        REQUIRE(decided(asking, row.first) == "give 0");
        CHECK(decided(asking, row.second) == (row.decision == "give 0" ? row.decision : "ask a person"));
    }
}

TEST_CASE("Secrets: what is asked gets into the log as one line that controls nothing")
{
    const std::string cause =
        answer({}, context(), "(u@h) \x1b[2J\nState your name\r\n" + std::string(5000, 'x'));
    CHECK(cause.find_first_of("\x1b\r\n") == std::string::npos);
    CHECK(cause.size() < 300);
}

TEST_CASE("Secrets: each ssh of a chain of jump hosts may use the same key, and is told its passphrase once")
{
    const Rules given{{"", file}};
    PromptRules rules(given, context());
    const auto decided_for = [&](const std::string& text, std::int64_t asker) {
        return text_of(rules.decide(understand_prompt(text, ""), {.process = asker}));
    };
    for (const std::int64_t asker : {100, 101})
        CHECK(decided_for(key_question, asker) == "give 0");
    for (const std::int64_t asker : {100, 101})
        CHECK(decided_for(key_question, asker) ==
              "refuse: authentication refused: the secret is not the passphrase of the key /k/id");
}

TEST_CASE("Secrets: what a jump host asks is never taken for a question of the destination")
{
    const Rules for_all{{"", file}};
    const Asker jump{.process = 101, .is_for_jump_host = true};
    const Asker ours{.process = 100};
    PromptRules rules(for_all, context());
    const auto decided_for = [](PromptRules& some, const Asker& asker) {
        return text_of(some.decide(understand_prompt("u@h's password: ", ""), asker));
    };
    CHECK(decided_for(rules, jump) ==
          "end ssh: secret unavailable: no secret is given for the password of u@h");
    CHECK(decided_for(rules, ours) == "give 0");

    const Rules named{{"u@h", file}};  // of both, who have one name
    PromptRules by_name(named, context());
    for (const Asker& asker : {jump, ours})
        CHECK(decided_for(by_name, asker) == "give 0");
    for (const Asker& asker : {jump, ours})
        CHECK(decided_for(by_name, asker).starts_with("end ssh: authentication refused: "));
}
