#include "differential/compare.hpp"

#include "differential/words.hpp"
#include "support/catch.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <regex>
#include <thread>

namespace autossh_test {
namespace {

bool have_reference()
{
    return std::filesystem::exists(REFERENCE);
}

void say_skipped(const std::string& group, const std::string& name)
{
    std::cout << "SKIPPED: " << group << ": " << name << " (no " << REFERENCE << ")\n";
}

struct Job {
    const Case* situation;
    std::string program;
    Outcome* result;
};

void run_job(const Job& job)
{
    try {
        *job.result = Run(*job.situation, job.program).outcome();
    } catch (const std::exception& error) {
        job.result->trouble = error.what();
    }
}

/// Nearly all they do is wait, so there may be more of them than processors.
void run_all(const std::vector<Job>& jobs)
{
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> workers;
    for (int i = 0; i < 8; ++i)
        workers.emplace_back([&] {
            for (std::size_t at; (at = next++) < jobs.size();)
                run_job(jobs[at]);
        });
    for (auto& worker : workers)
        worker.join();
}

std::vector<std::string> without(const std::vector<std::string>& lines, const std::string& line)
{
    auto result = lines;
    result.erase(std::remove(result.begin(), result.end(), line), result.end());
    return result;
}

/// Ours says that it gives up, where the reference is silent (Manual, "Giving up"): once, and as it is
/// logged.
std::vector<std::string> without_last_words(const Outcome& ours)
{
    std::vector<std::string> lines = ours.errors;
    const std::string name = "autossh: ";
    if (lines.empty() || !starts_with(lines.back(), name))
        return lines;
    const std::string words = lines.back().substr(name.size());
    const bool gave_up = ours.end == "exit 1" && words.ends_with("; autossh exiting");
    if (gave_up && std::count(ours.log.begin(), ours.log.end(), words) == 1)
        lines.pop_back();
    return lines;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string result;
    for (const auto& line : lines)
        result.append("\n        ").append(line);
    return lines.empty() ? " (none)" : result;
}

void compare(std::string& wrong, const std::string& what, const std::vector<std::string>& reference,
             const std::vector<std::string>& ours)
{
    if (reference != ours)
        wrong += "\n    " + what + "\n      reference:" + joined(reference) + "\n      ours:" + joined(ours);
}

std::vector<std::string> without_version(std::vector<std::string> lines)
{
    static const std::regex version(R"(^autossh [0-9][0-9a-z.]*$)");
    for (auto& line : lines)
        line = std::regex_replace(line, version, "autossh <version>");
    return lines;
}

std::string disagreement(const Case& situation, const Outcome& reference, const Outcome& ours)
{
    std::string wrong;
    if (!reference.trouble.empty())
        wrong += "\n    reference: " + reference.trouble;
    if (!ours.trouble.empty())
        wrong += "\n    ours: " + ours.trouble;
    compare(wrong, "end", {reference.end}, {ours.end});
    compare(wrong, "starts of ssh", reference.starts, ours.starts);
    compare(wrong, "log", reference.log, ours.log);
    compare(wrong, "stdout", without_version(reference.output), without_version(ours.output));
    const std::string& error = situation.error;
    if (!error.empty() && std::count(ours.errors.begin(), ours.errors.end(), error) != 1)
        wrong += "\n    ours: not once on stderr: " + error;
    compare(wrong, "stderr", without(reference.errors, error), without(without_last_words(ours), error));
    compare(wrong, "left running", reference.left, ours.left);
    compare(wrong, "notes", reference.notes, ours.notes);
    if (reference.end == "still running" && !situation.stays)
        wrong += "\n    the reference did not end";
    return wrong;
}

std::string broken(const Checks& checks, const Outcome& outcome)
{
    std::string wrong;
    for (const auto& check : checks)
        if (const auto text = check(outcome); !text.empty())
            wrong += "\n    " + text;
    return wrong.empty() ? wrong : wrong + "\n    seen: " + outcome.text();
}

void report(const std::string& name, const std::string& wrong)
{
    if (wrong.empty())
        return;
    UNSCOPED_INFO("[" << name << "]" << wrong);
    CHECK(wrong.empty());
}

bool any_line(const std::vector<std::string>& lines, const std::string& beginning)
{
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return starts_with(line, beginning); });
}

Check holds(std::function<bool(const Outcome&)> test, const std::string& otherwise)
{
    return [test, otherwise](const Outcome& outcome) { return test(outcome) ? std::string() : otherwise; };
}

}  // namespace

std::string Outcome::text() const
{
    std::string result = end + (trouble.empty() ? "" : ", " + trouble);
    result += "\n      starts:" + joined(starts) + "\n      log:" + joined(log) +
              "\n      stdout:" + joined(output);
    result += "\n      stderr:" + joined(errors) + "\n      left:" + joined(left) +
              "\n      notes:" + joined(notes);
    return result;
}

void check_agreement(const std::string& group, const std::vector<Case>& cases)
{
    if (!have_reference()) {
        for (const auto& situation : cases)
            say_skipped(group, situation.name);
        std::cout << group << ": " << cases.size() << " cases skipped" << std::endl;
        return;
    }
    std::vector<Outcome> reference(cases.size());
    std::vector<Outcome> ours(cases.size());
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        jobs.push_back({&cases[i], REFERENCE, &reference[i]});
        jobs.push_back({&cases[i], tested_autossh(), &ours[i]});
    }
    run_all(jobs);
    int disagreements = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto wrong = disagreement(cases[i], reference[i], ours[i]);
        disagreements += wrong.empty() ? 0 : 1;
        report(group + ": " + cases[i].name, wrong);
    }
    std::cout << group << ": " << cases.size() << " cases, " << disagreements << " disagreements"
              << std::endl;
    CHECK(autossh_test::wait_until([] { return living_processes().empty(); }));
}

void check_differences(const std::string& group, const std::vector<Difference>& differences)
{
    std::vector<Outcome> reference(differences.size());
    std::vector<Outcome> ours(differences.size());
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < differences.size(); ++i) {
        const auto& difference = differences[i];
        if (!difference.reference.empty() && have_reference())
            jobs.push_back({&difference.situation, REFERENCE, &reference[i]});
        else if (!difference.reference.empty())
            say_skipped(group, difference.situation.name);
        jobs.push_back({&difference.situation, tested_autossh(), &ours[i]});
    }
    run_all(jobs);
    for (std::size_t i = 0; i < differences.size(); ++i) {
        const auto& difference = differences[i];
        const std::string name = group + ": " + difference.situation.name + " (" + difference.reason + ")";
        if (have_reference())
            report(name + ", the reference", broken(difference.reference, reference[i]));
        report(name + ", ours", broken(difference.ours, ours[i]));
    }
    std::cout << group << ": " << differences.size() << " wanted differences" << std::endl;
    CHECK(autossh_test::wait_until([] { return living_processes().empty(); }));
}

Check ends(const std::string& how)
{
    return holds([how](const Outcome& seen) { return seen.end == how; }, "should end with " + how);
}

Check starts(std::vector<std::string> words)
{
    return [words](const Outcome& seen) {
        std::vector<std::string> expected;
        for (const auto& line : words)
            expected.push_back(line.empty() ? std::string("<ssh>") : "<ssh>|" + line);
        return seen.starts == expected ? std::string() : "should start ssh with" + joined(expected);
    };
}

Check started(int times)
{
    return holds(
        [times](const Outcome& seen) { return seen.starts.size() == static_cast<std::size_t>(times); },
        "should start ssh " + std::to_string(times) + " times");
}

Check logged(const std::string& text)
{
    return holds([text](const Outcome& seen) { return any_line(seen.log, text); }, "should log: " + text);
}

Check not_logged(const std::string& text)
{
    return holds([text](const Outcome& seen) { return !any_line(seen.log, text); },
                 "should not log: " + text);
}

Check shown(const std::string& text)
{
    return holds([text](const Outcome& seen) { return any_line(seen.errors, text); },
                 "should say on stderr: " + text);
}

Check not_shown(const std::string& text)
{
    return holds([text](const Outcome& seen) { return !any_line(seen.errors, text); },
                 "should not say on stderr: " + text);
}

Check printed(const std::string& text)
{
    return holds([text](const Outcome& seen) { return any_line(seen.output, text); },
                 "should say on stdout: " + text);
}

Check noted(const std::string& text)
{
    return holds([text](const Outcome& seen) { return any_line(seen.notes, text); }, "should note: " + text);
}

Check nothing_left()
{
    return left(0);
}

Check left(int processes)
{
    return holds(
        [processes](const Outcome& seen) { return seen.left.size() == static_cast<std::size_t>(processes); },
        "should leave running: " + std::to_string(processes));
}

Check has_trouble()
{
    return holds([](const Outcome& seen) { return !seen.trouble.empty(); }, "an event should be missing");
}

}  // namespace autossh_test
