#include "e2e/ctl/doctor_lab.hpp"

#include "support/tested_autossh.hpp"

#include <sstream>

#include <fmt/core.h>
#include <sys/stat.h>

namespace autossh_test {

std::vector<std::string> Diagnosis::lines(const std::string& grade) const
{
    std::vector<std::string> found;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(grade + " "))
            found.push_back(line);
    return found;
}

std::string Diagnosis::remedy_of(const std::string& words) const
{
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (line.find(words) != std::string::npos && std::getline(stream, line) && line.starts_with("      "))
            return line.substr(6);
    return "";
}

Diagnosis DoctorLab::doctor(const std::vector<std::string>& words) const
{
    std::vector<std::string> all{"doctor"};
    all.insert(all.end(), words.begin(), words.end());
    const Process process(lab_.options(all));
    const auto end = process.wait_for_exit(std::chrono::seconds(60));
    return {end && end->code ? *end->code : -1, process.output(), process.errors()};
}

std::vector<std::string> DoctorLab::command_line(const std::vector<std::string>& words) const
{
    std::vector<std::string> all{"-M", "0", "-N", "-F", sshd_.client_config().string()};
    all.insert(all.end(), words.begin(), words.end());
    all.emplace_back("server");
    return all;
}

Diagnosis DoctorLab::examined(const std::vector<std::string>& words,
                              const std::vector<std::string>& before) const
{
    std::vector<std::string> all = before;
    all.insert(all.end(), {"--", "autossh"});
    for (const std::string& word : command_line(words))
        all.push_back(word);
    return doctor(all);
}

std::string DoctorLab::fleet_file(const std::string& tunnels) const
{
    const std::string path = lab_ / "lab.toml";
    write_file(path, fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n{}",
                                 sshd_.client_config().string(), tunnels));
    ::chmod(path.c_str(), 0600);
    return path;
}

ProcessOptions DoctorLab::autossh(const std::vector<std::string>& words) const
{
    ProcessOptions options;
    options.arguments = {tested_autossh()};
    for (const std::string& word : command_line(words))
        options.arguments.push_back(word);
    options.changes = {{"XDG_RUNTIME_DIR", lab_.place()}};
    return options;
}

ProcessOptions DoctorLab::fleet(const std::string& file) const
{
    ProcessOptions options;
    options.arguments = {tested_autossh(), "--fleet", "--log-file", lab_ / "log", file};
    options.changes = {{"XDG_RUNTIME_DIR", lab_.place()}};
    return options;
}

}  // namespace autossh_test
