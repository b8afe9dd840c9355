// The terminals a scenario types into: which of them its tasks take, what these show, and whom a line that has ended wakes.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scripting/scenario.hpp"
#include "sim/lab/facts.hpp"
#include "sim/view/sentences.hpp"

namespace podium::scripting {
namespace {

constexpr std::size_t kMostHeard = 200U << 10;

}  // namespace

// The first in which nobody types; not taken yet.
int Scenario::free_terminal(const std::string& host) {
    const FurtherTerminals& further = further_terminals_[host];
    return further.free.empty() ? further.last + 1 : *further.free.begin();
}

Result<void> Scenario::type(const std::string& host, const std::string& line) {
    Task& task = running();
    // The script itself types into one terminal of a host, one line after the other; the others
    // where it is free.
    const bool own = task.number == 0 && host != request_.persons_terminal;
    const int number = own ? 0 : free_terminal(host);
    const std::string terminal = own ? host : fmt::format("{}/{}", host, number);
    if (Result<void> posted = post(lab::CommandKind::Line, now(), terminal, line); !posted)
        return posted;
    terminals_[terminal].push_back(task.number);
    if (!own) {
        FurtherTerminals& further = further_terminals_[host];
        further.free.erase(number);
        further.last = std::max(further.last, number);
    }
    task.wait = Wait::Line;
    task.stands = sandbox_->place_now();
    task.types_on = host;
    task.terminal = number;
    return {};
}

// Lines that have ended wake their tasks.
void Scenario::follow_terminals() {
    for (lab::Shown& shown : session_->take_shown()) {
        if (shown.terminal == request_.persons_terminal) {
            persons_shown_.push_back(std::move(shown));
            continue;
        }
        Heard& heard = heard_[shown.terminal];
        switch (shown.kind) {
            case lab::Shown::Kind::Line:
                heard = {};
                break;
            case lab::Shown::Kind::Output:
                heard.output +=
                    shown.text.substr(0, kMostHeard - std::min(kMostHeard, heard.output.size()));
                break;
            case lab::Shown::Kind::Error:
                heard.error +=
                    shown.text.substr(0, kMostHeard - std::min(kMostHeard, heard.error.size()));
                break;
            case lab::Shown::Kind::Done: {
                const Heard told = std::exchange(heard, {});
                std::deque<std::size_t>& queue = terminals_[shown.terminal];
                if (queue.empty()) break;
                const std::size_t number = queue.front();
                queue.pop_front();
                if (number == kNobody) {
                    up_status_ = shown.status;
                    up_ended_ = now();
                    const Journal& journal = session_->journal();
                    up_fact_ = journal.last();
                    const view::FactReader facts(session_->world(), lab::fact_catalogue());
                    const auto is_of_up = [&](const Fact& fact) {
                        return fact.kind == lab::kFactLineDone && facts.text(fact, "terminal") == shown.terminal;
                    };
                    while (journal.has(up_fact_) && !is_of_up(journal.at(up_fact_)))
                        --up_fact_.value;
                    break;
                }
                Task& task = *tasks_[number];
                if (task.terminal != 0) further_terminals_[task.types_on].free.insert(task.terminal);
                task.wait = Wait::Ready;
                task.gives = Task::Gives::Line;
                task.status = shown.status;
                task.output = told.output;
                task.error = told.error;
                break;
            }
        }
    }
}

}  // namespace podium::scripting
