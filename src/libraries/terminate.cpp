// In the place of libstdc++'s handler for an exception that nobody catches, which brings a demangler with it:
// 40 kB.
#include <cstdlib>
#include <cstring>
#include <exception>

#include <unistd.h>

#ifdef __GLIBCXX__

namespace {

void say(const char* text)
{
    static_cast<void>(!::write(STDERR_FILENO, text, std::strlen(text)));
}

[[noreturn]] void say_what_and_abort()
{
    say("autossh: not caught: ");
    try {
        if (const std::exception_ptr error = std::current_exception())
            std::rethrow_exception(error);
        say("no exception");
    } catch (const std::exception& error) {
        say(error.what());
    } catch (...) {
        say("something that is no std::exception");
    }
    say("\n");
    std::abort();
}

}  // namespace

namespace __cxxabiv1 {

// std::set_terminate() would come too late: the default is linked for this name.
extern std::terminate_handler __terminate_handler;
std::terminate_handler __terminate_handler = say_what_and_abort;

}  // namespace __cxxabiv1

#endif
