#include "unit/doctor/findings.hpp"

#include "autossh/doctor/key_check.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

KeyLook good_key()
{
    return {.path = "/k", .is_named = true, .exists = true, .protection = KeyProtection::none};
}

KeysLook with(const KeyLook& key)
{
    return {.keys = {key}, .now = 1000000};
}

std::string first_of(const KeysLook& look)
{
    const auto lines = told(key_findings(look));
    return lines.empty() ? "" : lines.front();
}

}  // namespace

TEST_CASE("Doctor: a key that nobody needs to unlock is enough")
{
    CHECK(told(key_findings(with(good_key()))) == Told{"ok key: /k"});
    KeyLook pin = good_key();
    pin.protection = KeyProtection::pin;
    CHECK(exit_status(key_findings(with(pin))) == 0);
    KeysLook unused = with({});
    unused.is_known = false;
    CHECK(key_findings(unused).empty());
}

TEST_CASE("Doctor: a key that cannot be used fails, and with another way in it warns")
{
    const auto becomes = [](auto change) {
        KeyLook key = good_key();
        change(key);
        return key;
    };
    const std::vector<KeyLook> keys{
        becomes([](KeyLook& key) { key.exists = false; }),
        becomes([](KeyLook& key) { key.is_public = true; }),
        becomes([](KeyLook& key) { key.trouble = "Permission denied"; }),
        becomes([](KeyLook& key) { key.too_open = true; }),
        becomes([](KeyLook& key) { key.protection = KeyProtection::passphrase; }),
    };
    const Told wanted{
        "FAIL key: no key was offered: /k: No such file or directory | name a key file that exists: -i FILE",
        "FAIL key: /k is the public part of a key | name the private part: -i FILE",
        "FAIL key: /k: Permission denied | have /k belong to who runs autossh: chown USER /k",
        "FAIL key: others may read /k, so ssh does not take it | chmod 600 /k",
        "FAIL key: the key /k needs a passphrase, and nobody can be asked | ssh-add /k, or give the "
        "passphrase: "
        "--secret-for '/k=file:PATH'",
    };
    for (std::size_t i = 0; i < keys.size(); ++i) {
        CHECK(first_of(with(keys[i])) == wanted[i]);
        KeysLook two = with(keys[i]);
        two.keys.push_back(good_key());
        CHECK(exit_status(key_findings(two)) == 1);
        KeysLook by_password = with(keys[i]);
        by_password.other_ways = true;
        CHECK(exit_status(key_findings(by_password)) == 1);
    }
    KeyLook locked = keys.back();
    locked.has_secret = true;
    CHECK(exit_status(key_findings(with(locked))) == 0);
}

TEST_CASE("Doctor: keys that are not there by default are nobody's loss, but one must be there")
{
    KeyLook missing{.path = "/home/me/.ssh/id_rsa"};
    CHECK(first_of(with(missing)).starts_with("FAIL key: there is no key, here or in an agent | "));
    KeysLook two = with(missing);
    two.keys.push_back(good_key());
    CHECK(told(key_findings(two)) == Told{"ok key: /k"});
}

TEST_CASE("Doctor: a certificate is valid now, and for a while")
{
    const auto judged = [](std::uint64_t begin, std::uint64_t end) {
        KeyLook key = good_key();
        key.certificate = "/k-cert.pub";
        key.validity = Validity{begin, end};
        return key_findings(with(key));
    };
    CHECK(told(judged(0, 9000000)).back() == "ok certificate: /k-cert.pub is valid");
    CHECK(told(judged(999000, 1003600)).back() == "ok certificate: /k-cert.pub is valid");
    CHECK(exit_status(judged(0, 1003600)) == 1);
    CHECK(exit_status(judged(0, 1000000)) == 2);
    CHECK(exit_status(judged(1000001, 9000000)) == 2);
    CHECK(told(judged(0, 999999)).back().find("/k-cert.pub ran out at ") != std::string::npos);
}

TEST_CASE("Doctor: an agent counts where no key does without it")
{
    KeyLook in_agent = good_key();
    in_agent.protection = KeyProtection::passphrase;
    in_agent.in_agent = true;
    KeysLook look = with(in_agent);
    look.agent = {.socket = "/tmp/ssh-x/agent.1", .answers = true, .keys = 1, .at_boot = false};
    CHECK(told(key_findings(look))
              .back()
              .starts_with("warn agent: only the agent at /tmp/ssh-x/agent.1 has a key, and it is not there "
                           "before you log in | "));
    look.agent.at_boot = true;
    CHECK(told(key_findings(look)) ==
          Told{"ok key: /k (the agent has it)", "ok agent: the agent at /tmp/ssh-x/agent.1 has 1 key"});
    look.agent.answers = false;
    look.keys.front().in_agent = false;
    CHECK(
        told(key_findings(look)).back().starts_with("FAIL agent: no agent answers at /tmp/ssh-x/agent.1 | "));
    look.keys.front() = good_key();
    CHECK(told(key_findings(look)) == Told{"ok key: /k"});
}
