#include "ui/desktop/lab/engine.hpp"

#include <chrono>
#include <utility>

namespace podium::desktop {
namespace {

using EngineClock = std::chrono::steady_clock;

// After so much real time without a turn (the machine slept) time is not caught up with.
constexpr double kLongestTurn = 0.25;

double seconds_between(EngineClock::time_point begin, EngineClock::time_point end) {
    return std::chrono::duration<double>(end - begin).count();
}

// Whether doing it may take long enough for the person to wonder.
bool may_take_long(const Intent& intent) {
    return std::holds_alternative<intent::Seek>(intent) || std::holds_alternative<intent::GoLive>(intent) ||
           std::holds_alternative<intent::Open>(intent) || std::holds_alternative<intent::Fork>(intent) ||
           std::holds_alternative<intent::LessonCheck>(intent) || std::holds_alternative<intent::LessonSolve>(intent) ||
           std::holds_alternative<intent::LessonNext>(intent) || std::holds_alternative<intent::LessonBack>(intent);
}

}  // namespace

LabEngine::LabEngine(std::unique_ptr<Play> play, Opener opener) : play_(std::move(play)), opener_(std::move(opener)) {
    publish();
}

LabEngine::~LabEngine() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        leaving_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void LabEngine::post(Intent intent) {
    {
        const std::lock_guard lock(mutex_);
        // Of many seeks in a row (a hand that drags) only the last is worth going to.
        const bool again = !waiting_.empty() && std::holds_alternative<intent::Seek>(intent) &&
                           std::holds_alternative<intent::Seek>(waiting_.back());
        if (again) waiting_.pop_back();
        waiting_.push_back(std::move(intent));
    }
    wake_.notify_all();
}

FramePointer LabEngine::frame() const {
    const std::lock_guard lock(mutex_);
    return frame_;
}

void LabEngine::start() {
    thread_ = std::thread([this] { loop(); });
}

void LabEngine::pump(double real_seconds) {
    std::vector<Intent> intents;
    {
        const std::lock_guard lock(mutex_);
        intents.swap(waiting_);
    }
    do_intents(std::move(intents));
    play_->advance(real_seconds);
    publish();
}

void LabEngine::do_intents(std::vector<Intent> intents) {
    for (Intent& intent : intents) {
        if (may_take_long(intent)) {
            auto busy = std::make_shared<Frame>(*frame());
            busy->busy = true;
            const std::lock_guard lock(mutex_);
            frame_ = std::move(busy);
        }
        if (const auto* open = std::get_if<intent::Open>(&intent); open != nullptr && opener_) {
            open_other(*open);
            continue;
        }
        if (const auto* look = std::get_if<intent::SetLook>(&intent)) look_ = look->look;
        play_->handle(intent);
    }
}

void LabEngine::open_other(const intent::Open& open) {
    auto play = opener_(open);
    if (play) {
        play_ = std::move(*play);
        play_->handle(intent::SetLook{look_});
    } else {
        play_->refuse(play.error().text());
    }
}

void LabEngine::publish() {
    auto next = std::make_shared<Frame>();
    play_->fill(*next);
    next->serial = ++serial_;
    const std::lock_guard lock(mutex_);
    frame_ = std::move(next);
}

void LabEngine::loop() {
    constexpr auto kTurn = std::chrono::nanoseconds(1'000'000'000 / kFramesASecond);
    auto last = EngineClock::now();
    while (true) {
        std::vector<Intent> intents;
        {
            std::unique_lock lock(mutex_);
            if (play_->idle()) {
                wake_.wait(lock, [this] { return leaving_ || !waiting_.empty(); });
                last = EngineClock::now();
            } else {
                wake_.wait_until(lock, last + kTurn, [this] { return leaving_.load() || !waiting_.empty(); });
            }
            if (leaving_) return;
            intents.swap(waiting_);
        }
        do_intents(std::move(intents));
        const auto now = EngineClock::now();
        play_->advance(std::min(seconds_between(last, now), kLongestTurn));
        last = now;
        publish();
    }
}

}  // namespace podium::desktop
