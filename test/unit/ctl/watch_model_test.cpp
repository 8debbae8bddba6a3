// autosshctl(1), "Watch": what each key does.
#include "autossh/ctl/watch_model.hpp"

#include "autossh/ctl/watch_help.hpp"
#include "autossh/ctl/watch_screen.hpp"
#include "support/catch.hpp"
#include "unit/ctl/watch_fleets.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

using What = WatchWish::What;

/// A model with a screen of 80 by 24.
class WatchedScreen {
public:
    explicit WatchedScreen(bool is_read_only = false) : model(is_read_only)
    {
        model.take({watched_laptop(), watched_single("home", 812)}, watch_now);
        draw();
    }

    WatchWish press(WatchKey::Name name)
    {
        WatchWish wish = model.press({name, {}}, watch_page(form));
        draw();
        return wish;
    }
    /// Each character of it; what comes of the last one.
    WatchWish type(const std::string& text)
    {
        WatchWish wish;
        for (const char letter : text) {
            wish = model.press({WatchKey::Name::character, std::string(1, letter)}, watch_page(form));
            draw();
        }
        return wish;
    }

    void draw() { picture = watch_picture(model, form, watch_now); }
    std::string line(std::size_t number) const
    {
        std::string text;
        for (const WatchSpan& span : picture.lines.at(number).spans)
            text += span.text;
        return text.substr(0, text.find_last_not_of(' ') + 1);
    }
    std::string current() const
    {
        for (std::size_t i = 0; i < picture.lines.size(); ++i)
            if (picture.lines[i].is_current)
                return line(i).substr(1, line(i).find(' ') - 1);
        return "";
    }
    std::string last_line() const { return line(picture.lines.size() - 1); }

    WatchModel model;
    WatchForm form{24, 80, true, "12:34:56"};
    WatchPicture picture;
};

/// "stop 4242: db web"
std::string in_words_of_test(const WatchOrder& order)
{
    std::string words(name(order.verb));
    for (const WatchPart& part : order.parts) {
        words += " " + std::to_string(part.pid) + ":";
        for (const std::string& tunnel : part.tunnels)
            words += " " + tunnel;
    }
    return words;
}

}  // namespace

TEST_CASE("autosshctl, watch: the screen")
{
    WatchedScreen screen;
    CHECK(screen.line(0) ==
          "5 tunnels: 3 up, 1 waiting, 1 stopped                                   12:34:56");
    CHECK(screen.line(1) == " NAME    STATE          FOR   RTT TESTS            24H CAUSE");
    CHECK(screen.line(2).starts_with(">office  waiting        8 s     -                    - refused by"));
    CHECK(screen.line(3) == " db      up             8 s  23ms          ▄ ▄  99.98% server.example.com");
    CHECK(screen.line(6).starts_with(" lab     stopped"));
    CHECK(screen.picture.lines.size() == 24);
    screen.form.utf8 = false;
    screen.draw();
    CHECK(screen.line(3) == " db      up             8 s  23ms          = =  99.98% server.example.com");
}

TEST_CASE("autosshctl, watch: no screen is too small or too large, and no line is wider than it")
{
    WatchedScreen screen;
    for (const bool is_text : {false, true}) {
        if (is_text)
            screen.type("?");
        for (std::size_t rows = 1; rows < 30; ++rows)
            for (std::size_t columns = 1; columns < 220; columns += columns < 40 ? 1 : 20) {
                screen.form.rows = rows;
                screen.form.columns = columns;
                screen.draw();
                INFO(columns << "x" << rows);
                CHECK(screen.picture.lines.size() >= 1);
                CHECK(screen.picture.lines.size() <= std::max<std::size_t>(rows, 1));
            }
    }
    screen.press(WatchKey::Name::escape);
    screen.form = {5, 20, true, "12:34:56"};
    screen.draw();
    CHECK(screen.line(2).starts_with(">office"));
    CHECK(screen.line(3).starts_with(" db"));
    screen.press(WatchKey::Name::end);
    CHECK(screen.current() == "lab");
}

TEST_CASE("autosshctl, watch: the current row stays the same tunnel, and the first one the first")
{
    WatchedScreen screen;
    CHECK(screen.current() == "office");
    screen.type("j");
    CHECK(screen.current() == "db");
    screen.press(WatchKey::Name::down);
    screen.press(WatchKey::Name::up);
    SeenDaemon laptop = watched_laptop();
    laptop.facts.tunnels[2].health = "down";  // web
    screen.model.take({laptop}, watch_now);
    screen.draw();
    CHECK(screen.current() == "db");
    screen.press(WatchKey::Name::home);
    CHECK(screen.current() == "home");  // it is lost, which is worse
    screen.press(WatchKey::Name::end);
    CHECK(screen.current() == "lab");
    screen.press(WatchKey::Name::page_up);
    CHECK(screen.current() == "home");
    // Its tunnel goes: its neighbour.
    screen.type("jj");
    CHECK(screen.current() == "web");
    laptop.facts.tunnels.erase(laptop.facts.tunnels.begin() + 2);
    screen.model.take({laptop}, watch_now);
    screen.draw();
    CHECK(screen.current() == "db");
    screen.model.take({}, watch_now + std::chrono::hours(1));
    screen.draw();
    CHECK(!screen.current().empty());
}

TEST_CASE("autosshctl, watch: an order goes to what a person has seen as current")
{
    WatchedScreen screen;
    SeenDaemon laptop = watched_laptop();
    laptop.facts.tunnels[0].health = "up";
    laptop.facts.tunnels[1].health = "down";  // db is the first now, and nobody has seen it yet
    screen.model.take({laptop}, watch_now);
    const WatchWish wish = screen.model.press({WatchKey::Name::character, "t"}, 20);
    CHECK(wish.what == What::order);
    CHECK(in_words_of_test(wish.order) == "try 4242: office");
}

TEST_CASE(
    "autosshctl, watch: a tunnel that a person has moved to stays the current one, also from the first row")
{
    WatchedScreen screen;
    screen.type("jk");
    CHECK(screen.current() == "office");
    SeenDaemon laptop = watched_laptop();
    laptop.facts.tunnels[0].health = "up";
    laptop.facts.tunnels[1].health = "down";  // db is the first now
    screen.model.take({laptop}, watch_now);
    screen.draw();
    CHECK(screen.current() == "office");
    CHECK(in_words_of_test(screen.type("x").order) == "stop 4242: office");
    // Nobody has chosen the first row: what cuts its tunnel is asked for.
    WatchedScreen first;
    CHECK(first.type("x").what == What::nothing);
    CHECK(first.last_line() == "stop office? [y/N]");
    CHECK(in_words_of_test(first.type("y").order) == "stop 4242: office");
    // But for the only one.
    WatchedScreen only;
    only.type("/office");
    only.press(WatchKey::Name::enter);
    CHECK(in_words_of_test(only.type("x").order) == "stop 4242: office");
}

TEST_CASE("autosshctl, watch: the list is scrolled by as much as is needed")
{
    WatchedScreen screen;
    SeenDaemon many;
    many.facts.kind = "fleet";
    many.facts.pid = 1;
    for (int i = 100; i < 1100; ++i)
        many.facts.tunnels.push_back(watched_tunnel("t" + std::to_string(i), "up", "up"));
    screen.model = WatchModel(false);
    screen.model.take({many}, watch_now);
    screen.draw();
    CHECK(screen.line(2).starts_with(">t100 "));
    CHECK(screen.line(22).starts_with(" t120 "));
    screen.press(WatchKey::Name::page_down);
    CHECK(screen.current() == "t120");
    CHECK(screen.line(22).starts_with(">t120 "));
    screen.type("j");
    CHECK(screen.line(2).starts_with(" t101 "));
    screen.press(WatchKey::Name::end);
    CHECK(screen.line(22).starts_with(">t1099 "));
    screen.press(WatchKey::Name::page_up);
    CHECK(screen.current() == "t1079");
    screen.press(WatchKey::Name::home);
    CHECK(screen.line(2).starts_with(">t100 "));
}

TEST_CASE("autosshctl, watch: an order for one is given, and one for more is asked for")
{
    WatchedScreen screen;
    const WatchWish one = screen.type("t");
    CHECK(one.what == What::order);
    CHECK(in_words_of_test(one.order) == "try 4242: office");

    CHECK(screen.type("  x").what == What::nothing);
    CHECK(screen.last_line() == "stop 2 tunnels (office, db)? [y/N]");
    CHECK(screen.picture.cursor == screen.last_line().size());
    CHECK(screen.type("n").what == What::nothing);
    CHECK(screen.last_line() == "nothing is done");
    screen.type("x");
    const WatchWish two = screen.type("y");
    CHECK(two.what == What::order);
    CHECK(in_words_of_test(two.order) == "stop 4242: office db");
    // The marks are gone with the order.
    CHECK(in_words_of_test(screen.type("r").order) == "restart 4242: web");

    screen.type("*S");
    CHECK(screen.last_line() == "start 5 tunnels (office, db, web, lab, home)? [y/N]");
    CHECK(in_words_of_test(screen.type("Y").order) == "start 4242: office db web lab 812: home");
    // Marks of the list as it is filtered, and none again.
    screen.type("/@prod");
    screen.press(WatchKey::Name::enter);
    screen.type("*r");
    CHECK(screen.last_line() == "restart 2 tunnels (db, web)? [y/N]");
    screen.press(WatchKey::Name::escape);
    screen.press(WatchKey::Name::escape);
    CHECK(in_words_of_test(screen.type("r").order) == "restart 4242: web");
}

TEST_CASE("autosshctl, watch: to stop a single autossh is asked for, as it ends")
{
    WatchedScreen screen;
    screen.type("jjjx");
    CHECK(screen.last_line() == "stop home, which ends its autossh? [y/N]");
    CHECK(in_words_of_test(screen.type("y").order) == "stop 812: home");
}

TEST_CASE("autosshctl, watch: what cannot be done is told, and not asked for")
{
    WatchedScreen screen(true);
    CHECK(screen.type("x").what == What::nothing);
    CHECK(screen.last_line() == "--read-only: there are no orders");
    CHECK(watch_hint(true).find("stop") == std::string::npos);
    CHECK(screen.type("l").what == What::log);
    CHECK(screen.press(WatchKey::Name::enter).what == What::details);

    WatchedScreen lost;
    lost.model.take({}, watch_now);
    lost.draw();
    CHECK(lost.line(0).starts_with("lost 2 of 2 daemons, trying again; 5 tunnels: 5 lost"));
    CHECK(lost.type("x").what == What::nothing);
    CHECK(lost.last_line() == "fleet \"laptop\" (pid 4242) has ended");
    CHECK(lost.press(WatchKey::Name::enter).what == What::details);

    WatchedScreen older;
    SeenDaemon old = watched_single("tunnel", 3120);
    old.takes_orders = false;
    older.model = WatchModel(false);
    older.model.take({old}, watch_now);
    older.draw();
    CHECK(older.type("r").what == What::nothing);
    CHECK(older.last_line() == "tunnel (pid 3120) is an older autossh, which cannot be told");
    older.model.take({}, watch_now);
    older.draw();
    CHECK(older.line(0).starts_with("lost the daemon, trying again; 1 tunnel: 1 lost"));

    WatchedScreen nobody;
    nobody.model = WatchModel(false);
    nobody.draw();
    CHECK(nobody.line(0).starts_with("no autossh runs, trying again; 0 tunnels"));
    CHECK(nobody.line(2) == " no tunnel is shown");
    CHECK(nobody.type("r").what == What::nothing);
    CHECK(nobody.press(WatchKey::Name::enter).what == What::nothing);
}

TEST_CASE("autosshctl, watch: a filter is typed, kept, or given up")
{
    WatchedScreen screen;
    screen.type("/we");
    CHECK(screen.last_line() == "/we");
    CHECK(screen.picture.cursor == 3);
    CHECK(screen.current() == "web");
    CHECK(screen.line(0).starts_with("5 tunnels: 3 up, 1 waiting, 1 stopped; only /we"));
    screen.type("q");  // a letter of it
    CHECK(screen.line(2) == " no tunnel is shown");
    screen.press(WatchKey::Name::backspace);
    screen.press(WatchKey::Name::enter);
    CHECK(screen.current() == "web");
    screen.type("/\xc3\xa9");
    screen.press(WatchKey::Name::backspace);
    CHECK(screen.model.filter_text() == "we");
    screen.type("x");
    screen.press(WatchKey::Name::escape);
    CHECK(screen.model.filter_text() == "we");
    screen.press(WatchKey::Name::escape);
    CHECK(screen.model.filter_text().empty());
    screen.type("d");
    CHECK(screen.line(0).starts_with("5 tunnels: 3 up, 1 waiting, 1 stopped; only those not up"));
    CHECK(screen.line(3).empty());
    screen.type("ds");
    CHECK(screen.last_line() == "sorted by: name");
    CHECK(screen.line(2).substr(1).starts_with("db "));
}

TEST_CASE("autosshctl, watch: y shows the command that does the same, and keeps it for the end")
{
    WatchedScreen screen;
    screen.type("jy");
    CHECK(screen.last_line() == "the command for which key: t r x S l Enter?");
    CHECK(screen.type("x").what == What::nothing);
    CHECK(screen.line(2) == "autosshctl -D laptop stop db");
    screen.type("q");
    CHECK(screen.current() == "db");
    screen.type("*yr");
    CHECK(screen.line(2) == "autosshctl -D laptop restart office db web lab");
    CHECK(screen.line(3) == "autosshctl -D 812 restart home");
    screen.type("qyl");
    screen.type("qy");
    screen.press(WatchKey::Name::enter);
    CHECK(screen.model.commands() ==
          std::vector<std::string>{"autosshctl -D laptop stop db",
                                   "autosshctl -D laptop restart office db web lab",
                                   "autosshctl -D 812 restart home", "autosshctl -D laptop logs -f db",
                                   "autosshctl -D laptop status --wide db"});
    CHECK(screen.type("qq").what == What::quit);
}

TEST_CASE("autosshctl, watch: names from outside cannot act on the terminal or on a shell")
{
    WatchedScreen screen;
    screen.model = WatchModel(false);
    SeenDaemon odd = watched_single("a\x1b[2Jb'c", 7);
    odd.facts.tunnels.front().health = "down";
    odd.facts.tunnels.front().cause.text = "\x07\xe2\x80\xae";
    screen.model.take({odd}, watch_now);
    screen.draw();
    CHECK(screen.line(2).find("a\\x1b[2Jb'c") == 1);
    CHECK(screen.line(2).find("\\x07\\xe2") != std::string::npos);
    screen.type("yx");
    CHECK(screen.line(2) == "autosshctl -D 7 stop 'a\\x1b[2Jb'\\''c'");
}

TEST_CASE("autosshctl, watch: a text is wrapped at blanks, and a log is shown from its end")
{
    CHECK(wrapped("one two three", 20) == std::vector<std::string>{"one two three"});
    CHECK(wrapped("one two three", 9) == std::vector<std::string>{"one two", "  three"});
    CHECK(wrapped("", 9) == std::vector<std::string>{""});
    CHECK(wrapped("abcdefghijkl", 10) == std::vector<std::string>{"abcdefghij", "  kl"});
    CHECK(wrapped("abcdef", 2) == std::vector<std::string>{"ab", "cd", "ef"});
    CHECK(wrapped("\xe6\x97\xa5\xe6\x9c\xac", 3) == std::vector<std::string>{"\xe6\x97\xa5", "\xe6\x9c\xac"});

    WatchText log("log of db", true);
    for (int i = 0; i < 5000; ++i)
        log.add(std::to_string(i));
    CHECK(log.page(2, 80) == std::vector<std::string>{"4998", "4999"});
    log.add("more");
    CHECK(log.page(2, 80) == std::vector<std::string>{"4999", "more"});
    log.scroll(-1);
    log.add("even more");
    CHECK(log.page(2, 80).back() == "4999");
    log.scroll_to_end();
    CHECK(log.page(2, 80).back() == "even more");
    log.scroll_to_begin();
    CHECK(log.page(1, 80) == std::vector<std::string>{"3002"});
    CHECK(log.page(0, 80).empty());
}
