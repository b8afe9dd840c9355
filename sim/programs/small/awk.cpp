#include <fmt/format.h>

#include "sim/programs/small/awk_machine.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

constexpr std::size_t kMostProgramBytes = std::size_t{1} << 20;

/// awk [-F FS] [-v NAME=VALUE]... [-f FILE | PROGRAM] [FILE | NAME=VALUE]...
class Awk final : public Cloned<Awk, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (const auto status = begin(system)) return Step::exit(*status);
            machine_->enter(program_->begin);
        }
        std::size_t taken = 0;
        int budget = awk::kOpsAStep;
        while (phase_ != Phase::Closing) {
            if (phase_ == Phase::Reading) {
                if (const auto step = read(system, taken)) return *step;
            } else if (const auto step = run(system, budget)) {
                return *step;
            }
        }
        if (const auto broken = machine_->flush(system)) return Step::exit(*broken);
        if (!machine_->close_outputs(system)) return Step::block();
        return Step::exit(failed_ ? machine_->failure() : machine_->status());
    }

  private:
    enum class Phase : std::uint8_t { Begin, Reading, Record, End, Closing };

    std::optional<int> begin(System& system) {
        mawk_ = is_gnu(system);
        const Options options = read_options(argv(), {"F:v:f:", {{"field-separator", 'F'}, {"assign", 'v'}, {"file", 'f'}}, "eWE", true}, mawk_);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return mawk_ ? 2 : 1;
        }
        std::vector<std::string> operands = options.operands;
        std::string text;
        for (const std::string& file : options.values('f')) {
            if (!read_file(system, file, text)) return mawk_ ? 2 : 1;
        }
        if (!options.has('f')) {
            if (operands.empty()) {
                system.write(2, "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
                return mawk_ ? 0 : 1;
            }
            text = operands.front();
            operands.erase(operands.begin());
        }
        auto program = awk::parse(text, mawk_);
        if (!program) {
            complain(system, program.error().message);
            return mawk_ ? 2 : 1;
        }
        program_ = std::make_shared<const awk::Program>(std::move(*program));
        machine_.emplace(program_, name(), mawk_, start().environment);
        if (options.has('F')) machine_->set_separator(awk::unescaped(options.value('F'), mawk_));
        for (const std::string& assignment : options.values('v')) {
            if (machine_->assign(assignment)) continue;
            complain(system, mawk_ ? fmt::format("improper assignment: -v {}", assignment) : fmt::format("-v {}: no assignment", assignment));
            return mawk_ ? 2 : 1;
        }
        machine_->set_arguments(operands);
        return std::nullopt;
    }

    bool read_file(System& system, const std::string& file, std::string& text) {
        int descriptor = -1;
        if (const Errno error = system.open(file, shell::OpenMode::Read, descriptor); error != Errno::None) {
            complain(system, mawk_ ? fmt::format("cannot open {} ({})", file, errno_text(error)) : fmt::format("can't open '{}': {}", file, errno_text(error)));
            return false;
        }
        while (true) {
            const shell::ReadResult read = system.read(descriptor, kMostBytesAStep);
            if (read.kind == shell::ReadResult::Kind::EndOfFile) break;
            if (read.kind == shell::ReadResult::Kind::Data) text += read.data;
            if (read.kind == shell::ReadResult::Kind::Data && text.size() <= kMostProgramBytes) continue;
            if (read.kind == shell::ReadResult::Kind::Failed)
                complain(system, fmt::format("{}: {}", file, errno_text(read.error)));
            else if (read.kind == shell::ReadResult::Kind::WouldBlock)
                complain(system, "Podium's awk reads its program from files only");
            else
                complain(system, fmt::format("Podium's awk reads programs of up to {} MiB from files", kMostProgramBytes >> 20));
            return false;
        }
        system.close(descriptor);
        text += "\n";
        return true;
    }

    /// What a step is to end with; nothing to go on.
    std::optional<Step> wait(System& system, Step step) {
        if (const auto broken = machine_->flush(system)) return Step::exit(*broken);
        return step;
    }

    std::optional<Step> read(System& system, std::size_t& taken) {
        switch (machine_->next_record(system)) {
            case awk::Got::Record:
                taken += machine_->record_size() + 1;
                phase_ = Phase::Record;
                machine_->enter(program_->main);
                break;
            case awk::Got::Nothing:
                phase_ = Phase::End;
                machine_->enter(program_->end);
                return std::nullopt;
            case awk::Got::Wait:
                return wait(system, Step::block());
            case awk::Got::Later:
                return wait(system, Step::busy(kStepCost));
            case awk::Got::Failed:
                failed_ = true;
                phase_ = Phase::Closing;
                return std::nullopt;
        }
        if (taken < kMostBytesAStep) return std::nullopt;
        return wait(system, machine_->busy(system, taken));
    }

    std::optional<Step> run(System& system, int& budget) {
        using Went = awk::Machine::Went;
        switch (machine_->run(system, budget)) {
            case Went::Ended:
            case Went::Next:
                if (phase_ == Phase::End || (phase_ == Phase::Begin && !program_->reads))
                    phase_ = Phase::Closing;
                else
                    phase_ = Phase::Reading;
                return std::nullopt;
            case Went::Exited:
                if (phase_ == Phase::End) {
                    phase_ = Phase::Closing;
                } else {
                    phase_ = Phase::End;
                    machine_->enter(program_->end);
                }
                return std::nullopt;
            case Went::Wait:
                return wait(system, Step::block());
            case Went::Later:
                return wait(system, Step::busy(kStepCost));
            case Went::Pause:
                return wait(system, Step::busy(awk::kOpsCost));
            case Went::Failed:
                failed_ = true;
                phase_ = Phase::Closing;
                return std::nullopt;
        }
        return std::nullopt;
    }

    bool mawk_ = true;
    std::shared_ptr<const awk::Program> program_;
    std::optional<awk::Machine> machine_;
    Phase phase_ = Phase::Begin;
    bool failed_ = false;
};

}  // namespace

std::unique_ptr<shell::Program> make_awk(Start start) {
    return std::make_unique<Awk>(std::move(start));
}

}  // namespace podium::programs::small
