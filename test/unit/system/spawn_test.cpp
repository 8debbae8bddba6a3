#include "autossh/system/spawn.hpp"

#include "support/catch.hpp"

using namespace autossh;

TEST_CASE("want of processes, memory or descriptors passes by itself, a missing file does not")
{
    using std::errc;
    for (const errc code : {errc::resource_unavailable_try_again, errc::not_enough_memory,
                            errc::too_many_files_open, errc::text_file_busy})
        CHECK(passes_by_itself(std::make_error_code(code)));
    for (const errc code :
         {errc::no_such_file_or_directory, errc::permission_denied, errc::executable_format_error})
        CHECK_FALSE(passes_by_itself(std::make_error_code(code)));
}
