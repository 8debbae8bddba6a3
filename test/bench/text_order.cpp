// Prints cmake/text_order.ld: where the linker puts what a process of one tunnel runs, and where the rest.
//   text_order AUTOSSH
#include "bench/touched_functions.hpp"
#include "support/machine/temporary_directory.hpp"

#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

namespace {

using namespace std::chrono_literals;

/// A pattern may bring as many bytes of others with it as it is for: it is one in place of many.
constexpr std::uint64_t others_for_each = 1;

/// All names, identifier by identifier: a branch is a beginning that many have in common.
struct Branch {
    std::uint64_t touched = 0;
    std::uint64_t others = 0;
    std::map<std::string, Branch> longer = {};
};

/// The next identifier of a mangled name, with its length before it, or the next letter.
std::string_view next_part(std::string_view name)
{
    std::size_t digits = 0;
    std::size_t length = 0;
    while (digits < name.size() && std::isdigit(static_cast<unsigned char>(name[digits])) != 0)
        length = 10 * length + static_cast<std::size_t>(name[digits++] - '0');
    const bool is_identifier = digits > 0 && length > 0 && digits + length <= name.size();
    return name.substr(0, is_identifier ? digits + length : 1);
}

Branch& longer_by(Branch& branch, std::string_view part, const Function& function)
{
    Branch& longer = branch.longer[std::string(part)];
    (function.is_touched ? longer.touched : longer.others) += function.size;
    return longer;
}

Branch branches_of(const Functions& functions)
{
    Branch root;
    for (const auto& [address, function] : functions)
        for (std::string_view name : function.names) {
            Branch* branch = &root;
            for (std::string_view part; !name.empty(); name.remove_prefix(part.size())) {
                part = next_part(name);
                branch = &longer_by(*branch, part, function);
            }
            longer_by(*branch, "", function);  // the name ends here
        }
    return root;
}

void print_patterns(const Branch& branch, const std::string& beginning)
{
    for (const auto& [part, longer] : branch.longer) {
        if (longer.touched == 0)
            continue;
        const std::string name = beginning + part;
        if (part.empty())
            fmt::print("    *(.text.{})\n", name);
        else if (longer.others <= others_for_each * longer.touched)
            fmt::print("    *(.text.{}*)\n", name);
        else
            print_patterns(longer, name);
    }
}

/// In the order in which they run: what is near in time is near in memory.
void print_timed(const Functions& functions)
{
    std::map<std::size_t, const Function*> in_turn;
    for (const auto& [address, function] : functions)
        if (function.turn > 0)
            in_turn.emplace(function.turn, &function);
    for (const auto& [turn, function] : in_turn)
        for (const std::string& name : function->names)
            fmt::print("    *(.text.{})\n", name);
}

/// ssh is killed until there is a wait before its next start, which a signal cuts short.
std::vector<Life::Step> with_restarts(std::chrono::milliseconds up)
{
    std::vector<Life::Step> steps{{up, true, SIGKILL}, {up, true, SIGKILL, true}};
    steps.insert(steps.end(), 6, {300ms, true, SIGKILL});
    steps.insert(steps.end(), {{500ms, false, SIGHUP}, {500ms, false, SIGTERM, true}});
    return steps;
}

void live(const std::string& autossh, Functions& functions)
{
    const autossh_test::TemporaryDirectory directory;
    const std::vector<std::string> environment{"XDG_RUNTIME_DIR=" + directory.path().string(),
                                               "AUTOSSH_GATETIME=0", "AUTOSSH_LOGFILE=/dev/null"};
    const auto with = [&](const std::vector<std::string>& others) {
        std::vector<std::string> all = environment;
        all.insert(all.end(), others.begin(), others.end());
        return all;
    };
    // OpenSSH's, which does not come to its server, as in scripts/bench; and one that logs in.
    trace({.words = {autossh, "-M", "0", "-N", "-F", "none", "-o", "ProxyCommand sleep 60", "host"},
           .environment = with({"AUTOSSH_PATH=/usr/bin/ssh"}),
           .steps = with_restarts(4s)},
          functions);
    trace({.words = {autossh, "-M", "auto", "--poll", "1", "-N", "-R", "2222:localhost:22", "host"},
           .environment = with({"AUTOSSH_PATH=" IDLE_SSH_PATH, "AUTOSSH_PLAIN=no"}),
           .steps = with_restarts(5s)},
          functions);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        fmt::print(stderr, "usage: text_order AUTOSSH\n");
        return 1;
    }
    Functions functions = functions_of(argv[1]);
    live(argv[1], functions);
    fmt::print("/* Written by scripts/text-order, which says what it is for. */\n"
               "SECTIONS\n{{\n  .text.often :\n  {{\n"
               "    *crt*.o(.text .text.*)\n"
               "    *(.text.startup .text.startup.*)\n");
    print_timed(functions);
    print_patterns(branches_of(functions), "");
    fmt::print("  }}\n}}\nINSERT BEFORE .text;\n"
               "SECTIONS\n{{\n  .text.rarely ALIGN(CONSTANT(MAXPAGESIZE)) :\n  {{\n"
               "    *(.text .text.*)\n"
               "    . = ALIGN(CONSTANT(MAXPAGESIZE));\n"
               "  }}\n}}\nINSERT AFTER .rodata;\n");
    return 0;
}
