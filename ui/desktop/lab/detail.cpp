#include "ui/desktop/lab/detail.hpp"

#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/why.hpp"
#include "sim/view/explain.hpp"
#include "ui/desktop/lab/fact_follower.hpp"

namespace podium::desktop {

struct DetailKeeper::Parts {
    std::shared_ptr<const Detail> last;
    Look look;
    Time time{};
    std::uint64_t facts = UINT64_MAX;
};

DetailKeeper::DetailKeeper() : parts_(std::make_unique<Parts>()) {}

DetailKeeper::~DetailKeeper() = default;

void DetailKeeper::follow(const lab::Session&) {}

void DetailKeeper::cut(Time) {
    parts_->facts = UINT64_MAX;
}

std::shared_ptr<const Detail> DetailKeeper::detail(const lab::Session& session, const Look& look) {
    if (look.selection.kind == Selection::Kind::None) return nullptr;
    Parts& parts = *parts_;
    if (parts.last && parts.look == look && parts.time == session.now() && parts.facts == session.journal().size()) return parts.last;
    auto detail = std::make_shared<Detail>();
    detail->selection = look.selection;
    detail->title = look.selection.name;
    if (const auto why = lab::why(session, look.selection.name, session.now(), 0)) detail->why = *why;
    const FactId last = view::last_fact_about(session.world(), lab::fact_catalogue(), look.selection.name, session.now());
    if (last.value != 0) {
        for (const FactId id : view::causal_chain(session.journal(), last)) detail->causes.push_back(fact_line(session.world(), id, session.now()));
    }
    parts.last = std::move(detail);
    parts.look = look;
    parts.time = session.now();
    parts.facts = session.journal().size();
    return parts.last;
}

std::shared_ptr<const MetricsView> DetailKeeper::metrics(const lab::Session&) {
    return nullptr;
}

}  // namespace podium::desktop
