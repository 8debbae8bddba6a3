// A stand-in for ssh that costs little: answers -G, logs in, and sleeps. It says and shows what OpenSSH's
// does.
//   ssh -G …            its configuration
//   ssh -E FILE … HOST  writes into FILE that it has logged in, and sleeps

#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace {

constexpr const char* configuration =
    "host far\nhostname 127.0.0.1\nport 22\nuser somebody\nloglevel INFO\n"
    "serveraliveinterval 0\nserveralivecountmax 3\nexitonforwardfailure no\n"
    "batchmode no\nclearallforwardings no\nsessiontype none\nrequesttty false\n";
constexpr const char* logged_in = "Authenticated to 127.0.0.1 ([127.0.0.1]:22) using \"publickey\".\r\n";

void ignore_resize(int) {}

}  // namespace

int main(int argc, char** argv)
{
    const char* log = nullptr;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "-G") == 0)
            return ::write(STDOUT_FILENO, configuration, std::strlen(configuration)) < 0 ? 1 : 0;
        if (std::strcmp(argv[i], "-E") == 0 && i + 1 < argc)
            log = argv[i + 1];
    }
    ::signal(SIGWINCH, ignore_resize);  // as the loop behind OpenSSH's log-in
    const int file = log != nullptr ? ::open(log, O_WRONLY | O_APPEND) : STDERR_FILENO;
    if (::write(file, logged_in, std::strlen(logged_in)) < 0)
        return 1;
    for (;;)
        ::pause();
}
