#include "ui/desktop/lab/about.hpp"

#include "sim/lab/session.hpp"
#include "sim/view/query.hpp"
#include "ui/desktop/lab/play.hpp"
#include "ui/terminal/completion.hpp"
#include "ui/terminal/editor.hpp"

namespace podium::desktop {

namespace {

bool is_about_service(const model::World& world, const Fact& fact, const view::FactInfo& info, const std::string& name) {
    if (view::is_aimed(lab::fact_catalogue(), fact)) return view::is_aimed_at_service(world, lab::fact_catalogue(), fact, name);
    return view::is_of_service(world, info, name) || info.object == name;
}

}  // namespace

bool fact_is_about(const model::World& world, const Fact& fact, const Selection& selection) {
    const view::FactInfo info = view::fact_info(world, lab::fact_catalogue(), fact);
    switch (selection.kind) {
        case Selection::Kind::None: return true;
        case Selection::Kind::Host: return info.host == selection.name || info.object == selection.name;
        case Selection::Kind::Service: return is_about_service(world, fact, info, selection.name);
        case Selection::Kind::Container:
        case Selection::Kind::Task: return info.container == selection.name || info.object == selection.name || view::is_of_container(world, fact, selection.name);
        case Selection::Kind::Fault:
        case Selection::Kind::Link:
        case Selection::Kind::Traffic:
        case Selection::Kind::Volume: return info.object == selection.name;
    }
    return true;
}

std::shared_ptr<const Frame::Completion> complete_line(const lab::Session& session, const std::string& terminal, const std::string& before) {
    auto completion = std::make_shared<Frame::Completion>();
    completion->serial = next_serial();
    completion->terminal = terminal;
    completion->before = before;
    const terminal::Completion found = terminal::complete(session, terminal, before);
    completion->choices = found.candidates;
    if (found.candidates.empty()) return completion;
    std::string common = found.candidates.front();
    for (const std::string& candidate : found.candidates) {
        std::size_t same = 0;
        while (same < common.size() && same < candidate.size() && common[same] == candidate[same]) ++same;
        common.resize(same);
    }
    if (common.size() > found.typed) completion->insert = common.substr(found.typed);
    if (found.candidates.size() == 1 && !common.ends_with('/') && !common.ends_with('=')) completion->insert += ' ';
    return completion;
}

}  // namespace podium::desktop
