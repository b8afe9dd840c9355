#pragma once

// A desk in memory: a learner whose lines are given, and what they got to read.

#include <deque>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "lessons/conversation.hpp"
#include "tests/source_directory.hpp"

namespace podium::lessons {

class QuietWatcher final : public Watcher {
  public:
    void show(std::string_view text) override { heard += text; }

    void show_error(std::string_view text) override { heard += text; }

    void pass(Time /*from*/, Time /*to*/) override {}

    bool interrupted() override { return false; }

    std::string heard;
};

class DeskOfTexts : public Desk {
  public:
    explicit DeskOfTexts(std::deque<std::string> lines) : lines_(std::move(lines)) {}

    void print(std::string_view text) override { watcher_.heard += text; }

    std::optional<std::string> ask(const std::string& prompt) override {
        if (lines_.empty()) return std::nullopt;
        std::string line = lines_.front();
        lines_.pop_front();
        print(prompt + line + "\n");
        return line;
    }

    Watcher& watcher() override { return watcher_; }

    [[nodiscard]] bool interruptible() const override { return false; }

    [[nodiscard]] Layout layout() const override { return {80, false}; }

    Result<std::string> edit(const std::string& /*name*/, const std::string& content) override {
        return content + "# edited\n";
    }

    void save(const Attempt& attempt) override {
        kept = attempt;
        ++saves;
    }

    [[nodiscard]] const std::string& read() const { return watcher_.heard; }

    Attempt kept;
    int saves = 0;

  private:
    std::deque<std::string> lines_;
    QuietWatcher watcher_;
};

/// The catalogue of images.
inline const std::string& catalogue() {
    static const std::string text = [] {
        std::ifstream in(test::source_directory() + "/scenarios/images.yaml");
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }();
    return text;
}

}  // namespace podium::lessons
