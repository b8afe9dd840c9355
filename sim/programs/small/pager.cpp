// less and more. A simulated terminal scrolls by itself, so they show all there is at once and end.

#include <algorithm>

#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

class NoPages final : public Cloned<NoPages, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        // less, main.c and more.c.
        system.write(2, name() == "less" ? "Missing filename (\"less --help\" for help)\n" : "more: bad usage\nTry 'more --help' for more information.\n");
        return Step::exit(1);
    }
};

class Pager final : public Cloned<Pager, SmallProgram> {
  public:
    Pager(Start start, std::unique_ptr<shell::Program> pages) : Cloned(std::move(start)), pages_(std::move(pages)) {}
    Pager(const Pager& other) : Cloned(other), pages_(other.pages_->clone()) {}
    Pager& operator=(const Pager&) = delete;

    Step step(System& system) override {
        if (first_step() && reads_terminal_ && system.is_terminal(0)) pages_ = std::make_unique<NoPages>(start());
        return pages_->step(system);
    }

    void read_input() { reads_terminal_ = true; }

  private:
    std::unique_ptr<shell::Program> pages_;
    bool reads_terminal_ = false;  // it was given no file
};

}  // namespace

std::unique_ptr<shell::Program> make_pager(Start start) {
    // What options and "+F" ask for is how to show it on a screen.
    Start files = start;
    std::erase_if(files.argv, [](const std::string& word) { return word.size() > 1 && (word.front() == '-' || word.front() == '+'); });
    const bool none = files.argv.size() < 2;
    auto pager = std::make_unique<Pager>(std::move(start), make_cat(std::move(files)));
    if (none) pager->read_input();
    return pager;
}

}  // namespace podium::programs::small
