#include "autossh/rules/session_folders.hpp"

#include "support/catch.hpp"

using namespace autossh;

TEST_CASE("Replacement: each ssh that lives has a folder of its own")
{
    SessionFolders folders;
    CHECK(folders.of_ssh() == 0);
    CHECK(folders.for_another() == 1);
    CHECK(folders.for_another() == 1);
    folders.another_takes_over(true);
    CHECK(folders.of_ssh() == 1);
    CHECK(folders.for_another() == 2);
    folders.another_takes_over(true);  // the one in the first folder is ended for it
    CHECK(folders.of_ssh() == 2);
    CHECK(folders.for_another() == 0);
    folders.another_takes_over(false);
    CHECK(folders.of_ssh() == 0);
}

TEST_CASE("Replacement: an ssh keeps its folder when another one ends before it takes over")
{
    SessionFolders folders;
    folders.for_another();
    folders.another_takes_over(true);
    CHECK(folders.for_another() == 2);
    folders.predecessor_has_ended();
    folders.another_takes_over(true);
    CHECK(folders.of_ssh() == 2);
    CHECK(folders.for_another() == 0);
}

TEST_CASE("Replacement: a start of an ssh has the folder of the tunnel, if no other lives there")
{
    SessionFolders folders;
    folders.for_another();
    folders.another_takes_over(true);
    folders.ssh_starts();
    CHECK(folders.of_ssh() == 1);
    folders.predecessor_has_ended();
    folders.ssh_starts();
    CHECK(folders.of_ssh() == 0);
}
