#include "ui/desktop/lab/fact_follower.hpp"

#include <algorithm>
#include <cctype>

#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/query.hpp"
#include "ui/desktop/lab/about.hpp"

namespace podium::desktop {
namespace {

std::string in_small_letters(std::string text) {
    for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return text;
}

// "kind:container.die", "who:web.1", "host:larry" look at one thing; another word at all that is told.
bool word_fits(const std::string& word, const view::FactInfo& info, const view::Telling& telling, const std::string& line) {
    if (word.starts_with("kind:")) return std::string(info.name).find(word.substr(5)) != std::string::npos;
    if (word.starts_with("who:")) return in_small_letters(telling.who).find(word.substr(4)) != std::string::npos;
    if (word.starts_with("host:")) return in_small_letters(info.host).find(word.substr(5)) != std::string::npos;
    return line.find(word) != std::string::npos;
}

}  // namespace

void FollowedNames::follow(const model::World& world) {
    const Journal& journal = world.kernel.journal();
    if (next_ < journal.first() || next_.value > journal.last().value + 1) {
        // Of what is kept no longer, or of another run, the world alone knows.
        names_ = view::ServiceNames::of_run(world);
        ++version_;
    } else {
        journal.for_each(next_, [&](const Fact& fact) {
            if (names_.follow(world, fact)) ++version_;
        });
    }
    next_ = FactId{journal.last().value + 1};
}

FactLine fact_line(const model::World& world, FactId id, Time now, const view::ServiceNames& names) {
    const Fact fact = world.kernel.journal().at(id);
    view::Telling telling = view::tell(world, lab::fact_catalogue(), fact, names);
    FactLine line;
    line.fact = fact.id;
    line.cause = fact.cause;
    line.time = fact.time;
    line.tone = telling.tone;
    line.who = std::move(telling.who);
    line.what = std::move(telling.what);
    line.why = std::move(telling.why);
    line.ahead = fact.time > now;
    line.subject = fact.subject;
    return line;
}

void FactFollower::want(const FactsWish& wish, const Selection& selection) {
    const bool same = wish == wish_ && (!wish.of_selection || selection == selection_);
    if (same) return;
    wish_ = wish;
    selection_ = selection;
    words_ = split_words(in_small_letters(wish.filter));
    matches_.clear();
    next_ = FactId{1};
    forget_told();
}

void FactFollower::follow(const model::World& world, const FollowedNames& names) {
    if (names_version_ != names.version()) {
        names_version_ = names.version();
        forget_told();
        if (!words_.empty()) {
            matches_.clear();
            next_ = FactId{1};
        }
    }
    const Journal& journal = world.kernel.journal();
    next_ = std::max(next_, journal.first());
    const FactId end{static_cast<std::uint32_t>(std::min<std::uint64_t>(journal.last().value, next_.value + kMostAtOnce))};
    for (; next_ <= end && journal.has(next_); ++next_.value) {
        const Fact fact = journal.at(next_);
        // What is renamed has another name in what was told of it, too.
        const FactSpec* spec = lab::fact_catalogue().find(fact.kind);
        if (spec != nullptr && spec->name == "container.rename") forget_told();
        const view::Telling telling = view::tell(world, lab::fact_catalogue(), fact, names.names());
        if (wish_.headlines && telling.weight != view::Weight::Headline) continue;
        if (words_.empty() && !wish_.of_selection) {
            matches_.push_back(next_);
            continue;
        }
        if (wish_.of_selection && !fact_is_about(world, fact, selection_)) continue;
        const view::FactInfo info = view::fact_info(world, lab::fact_catalogue(), fact);
        const std::string line = in_small_letters(std::string(info.name) + " " + telling.who + " " + telling.what + " " + telling.why + " " + info.host);
        const bool fits = std::all_of(words_.begin(), words_.end(), [&](const std::string& word) { return word_fits(word, info, telling, line); });
        if (fits) matches_.push_back(next_);
    }
}

void FactFollower::cut(FactId last) {
    while (!matches_.empty() && matches_.back() > last) matches_.pop_back();
    next_ = std::min(next_, FactId{last.value + 1});
    forget_told();
}

void FactFollower::forget_told() {
    told_.clear();
    page_.reset();
}

// What the window of told lines has lost is dropped, what it has gained is told: at either end, for time goes both ways.
void FactFollower::tell_range(const model::World& world, const view::ServiceNames& names, std::size_t begin, std::size_t end) {
    const Journal& journal = world.kernel.journal();
    const auto line = [&](std::size_t at) { return journal.has(matches_[at]) ? std::make_shared<const FactLine>(fact_line(world, matches_[at], kNever, names)) : nullptr; };
    if (begin >= told_from_ + told_.size() || end <= told_from_) told_.clear();
    if (told_.empty()) told_from_ = begin;
    for (; told_from_ < begin; ++told_from_) told_.pop_front();
    while (told_from_ + told_.size() > end) told_.pop_back();
    while (told_from_ > begin) told_.push_front(line(--told_from_));
    while (told_from_ + told_.size() < end) told_.push_back(line(told_from_ + told_.size()));
}

std::shared_ptr<const FactPage> FactFollower::page(const model::World& world, const view::ServiceNames& names, Time now) {
    const Journal& journal = world.kernel.journal();
    // Around the present moment: most of what was, and some of what is still to come.
    const auto later = std::partition_point(matches_.begin(), matches_.end(), [&](FactId id) { return !journal.has(id) || journal.at(id).time <= now; });
    constexpr std::size_t kAhead = FactPage::kMostLines / 4;
    const auto over = static_cast<std::size_t>(later - matches_.begin());
    const std::size_t end = over + std::min(kAhead, matches_.size() - over);
    const std::size_t begin = end - std::min(FactPage::kMostLines, end);
    if (page_ && page_over_ == over && page_->matches == matches_.size()) return page_;
    auto page = std::make_shared<FactPage>();
    page->matches = matches_.size();
    tell_range(world, names, begin, end);
    for (std::size_t at = begin; at != end; ++at) {
        const auto& line = told_[at - begin];
        if (line == nullptr) continue;
        page->lines.push_back(line);
        page->happened += at < over ? 1U : 0U;
    }
    page_over_ = over;
    page_ = std::move(page);
    return page_;
}

}  // namespace podium::desktop
