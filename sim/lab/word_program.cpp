#include "sim/lab/word_program.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/words.hpp"
#include "sim/programs/table.hpp"

namespace podium::lab {
namespace {

class WordProgram final : public shell::Program {
  public:
    explicit WordProgram(std::string line) : line_(std::move(line)) {}

    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<WordProgram>(*this);
    }

    shell::Step step(shell::System& system) override {
        if (!asked_) {
            asked_ = true;
            return shell::Step::block();
        }
        if (!answered_ || system.now() < until_) return shell::Step::block(until_);
        if (!output_.empty()) system.write(status_ == 0 ? 1 : 2, output_);
        return shell::Step::exit(status_);
    }

    [[nodiscard]] bool waits_for_answer() const { return asked_ && !answered_; }

    [[nodiscard]] const std::string& line() const { return line_; }

    void take(const WordResult& result, Time now) {
        answered_ = true;
        output_ = result.output;
        status_ = result.status;
        until_ = now + result.pause;
    }

  private:
    std::string line_;
    std::string output_;
    int status_ = 0;
    bool asked_ = false;
    bool answered_ = false;
    Time until_ = kNever;
};

bool is_word(std::string_view name) {
    const auto& words = own_words();
    return std::any_of(words.begin(), words.end(), [name](const OwnWord& word) {
        return word.usage.substr(0, word.usage.find(' ')) == name;
    });
}

class LabPrograms final : public model::ProgramTable {
  public:
    [[nodiscard]] std::unique_ptr<shell::Program> make(const std::vector<std::string>& argv,
                                                       const std::vector<std::string>& environment,
                                                       bool in_container,
                                                       shell::Errno& error) const override {
        if (in_container || !is_word(argv.front()))
            return all_->make(argv, environment, in_container, error);
        error = shell::Errno::None;
        return std::make_unique<WordProgram>(join(argv, " "));
    }

    [[nodiscard]] shell::Errno find(const std::string& name, bool in_container) const override {
        if (!in_container && is_word(name)) return shell::Errno::None;
        return all_->find(name, in_container);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> make_init(
        const std::vector<std::string>& argv) const override {
        return all_->make_init(argv);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> make_service(
        const model::BehaviourProfile& profile) const override {
        return all_->make_service(profile);
    }

  private:
    std::shared_ptr<const model::ProgramTable> all_ = programs::make_program_table();
};

/// The terminal that a process was started from; null when there is none.
const Terminal* terminal_of(const SimState& state, model::ProcessId process) {
    while (const model::Process* row = state.world.processes.find(process)) {
        for (const auto& entry : state.terminals) {
            if (entry.second.shell == process) return &entry.second;
        }
        process = row->parent;
    }
    return nullptr;
}

// How a word is used, as help tells it.
std::string usage_of(const std::string& word) {
    for (const OwnWord& known : own_words()) {
        if (known.usage.substr(0, known.usage.find(' ')) == word)
            return fmt::format("{} ({})", known.usage, known.meaning);
    }
    return word;
}

WordResult answer_to(const SimState& state,
                     model::ProcessId id,
                     const std::string& line,
                     const RunWord& run) {
    const std::string word = line.substr(0, line.find(' '));
    const auto refuse = [](const std::string& sentence) {
        return WordResult{WordResult::Kind::Answered, "podium: " + sentence + "\n", 2, {}};
    };
    if (word == "rewind")
        return refuse(
            "rewind moves the whole run back, so it stands alone on its line, like: rewind 30s");
    if (word == "scheduler")
        return refuse(
            "scheduler reads a file of yours, not of this host: it stands alone on its line in podium shell, like: scheduler mine.lua");
    const Terminal* terminal = terminal_of(state, id);
    if (terminal == nullptr)
        return refuse(fmt::format("{} is a word of a host's terminal; type it there", word));
    WordResult result = run(*terminal, line);
    if (result.kind == WordResult::Kind::None)
        return refuse(
            fmt::format("'{}' is not how {} is used; it is: {}", line, word, usage_of(word)));
    return result;
}

}  // namespace

std::shared_ptr<const model::ProgramTable> make_lab_programs() {
    static const std::shared_ptr<const model::ProgramTable> table =
        std::make_shared<const LabPrograms>();
    return table;
}

void answer_word(SimState& state, const Event& event, const RunWord& run) {
    const model::ProcessId id{event.subject, static_cast<std::uint32_t>(event.word)};
    model::Process* process = state.world.processes.find(id);
    if (process == nullptr || process->ended) return;
    const auto* word = dynamic_cast<const WordProgram*>(process->program.get());
    if (word == nullptr || !word->waits_for_answer()) return;
    const std::string line = word->line();
    CauseScope scope(state.world.kernel, process->cause);
    const WordResult result = answer_to(state, id, line, run);
    // What the word did may have ended the process, or moved its row.
    process = state.world.processes.find(id);
    if (process == nullptr || process->ended) return;
    auto* asking = dynamic_cast<WordProgram*>(process->program.get());
    if (asking == nullptr) return;
    asking->take(result, state.world.kernel.now());
    model::wake_process(state.world, id);
}

}  // namespace podium::lab
