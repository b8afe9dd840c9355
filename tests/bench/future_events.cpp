// What the future-event set costs. The hold model: a number of events is pending; one hold takes the
// next and pushes another. Delays are those of a million containers that crash and restart:
// exponential lifetimes of mean 100 s, each followed by a back-off of 0.1 s doubling up to 60 s.
//
//     bench_future_events [most pending events [fewest pending events]]
//
// Each line compares, in the same run and in turn, the plainest C++ (std::priority_queue of time and
// index), the 4-ary heap of whole events that the tests use as their oracle, and the timing wheel.
// The last lines add to the wheel what the kernel does for each event: a fact of three words.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/core/future_events.hpp"
#include "sim/core/kernel.hpp"
#include "tests/core/slow_future_events.hpp"

namespace {

using namespace podium;

constexpr int kRepetitions = 5;
constexpr EventKind kTick = kRoomTest | 1;
constexpr FactKind kTicked = kRoomTest | 1;

/// The mix of delays, drawn from one stream: a lifetime, then a back-off, and so on.
class Delays {
  public:
    Duration next() {
        if (random_.next() % 2 == 0) return random_.exponential(seconds(100));
        return milliseconds(100LL << random_.below(10)) + Duration{random_.between(0, 999'999)};
    }

  private:
    RandomStream random_{1, "delays", 0};
};

double seconds_of(const std::function<void()>& work) {
    const auto from = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

/// One set of pending events, driven by the hold model.
class Contender {
  public:
    virtual ~Contender() = default;
    virtual void hold(std::size_t times) = 0;
    virtual std::uint64_t checksum() const = 0;
};

class StandardQueue : public Contender {
  public:
    explicit StandardQueue(std::size_t pending) {
        for (std::uint32_t i = 0; i < pending; ++i) queue_.push({delays_.next().nanoseconds, i});
    }
    void hold(std::size_t times) override {
        for (std::size_t i = 0; i < times; ++i) {
            const auto [time, index] = queue_.top();
            queue_.pop();
            sum_ += static_cast<std::uint64_t>(time);
            queue_.push({time + delays_.next().nanoseconds, index});
        }
    }
    std::uint64_t checksum() const override { return sum_; }

  private:
    using Entry = std::pair<std::int64_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
    Delays delays_;
    std::uint64_t sum_ = 0;
};

template <class Events>
class EventSet : public Contender {
  public:
    explicit EventSet(std::size_t pending) {
        for (std::uint32_t i = 0; i < pending; ++i) push(Time{} + delays_.next(), i);
    }
    void hold(std::size_t times) override {
        for (std::size_t i = 0; i < times; ++i) {
            const Event event = events_.pop();
            sum_ += static_cast<std::uint64_t>(event.time.nanoseconds);
            push(event.time + delays_.next(), event.subject);
        }
    }
    std::uint64_t checksum() const override { return sum_; }
    [[nodiscard]] const Events& events() const { return events_; }

  private:
    void push(Time time, std::uint32_t subject) {
        Event event;
        event.time = time;
        event.order = ++sequence_;
        event.subject = subject;
        event.kind = kTick;
        events_.push(event);
    }

    Events events_;
    Delays delays_;
    std::uint64_t sequence_ = 0;
    std::uint64_t sum_ = 0;
};

class WholeKernel : public Contender {
  public:
    explicit WholeKernel(std::size_t pending) {
        for (std::uint32_t i = 0; i < pending; ++i) kernel_.schedule(delays_.next(), Phase::Runtime, kTick, i);
    }
    void hold(std::size_t times) override {
        for (std::size_t i = 0; i < times; ++i) {
            const Event event = kernel_.take_next();
            sum_ += static_cast<std::uint64_t>(event.time.nanoseconds);
            const FactId fact = kernel_.record(kTicked, {SubjectType::Container, event.subject}, 137, event.time);
            kernel_.set_cause(fact);
            kernel_.schedule(delays_.next(), Phase::Runtime, kTick, event.subject);
        }
    }
    std::uint64_t checksum() const override { return sum_; }
    [[nodiscard]] const Kernel& kernel() const { return kernel_; }

  private:
    Kernel kernel_;
    Delays delays_;
    std::uint64_t sum_ = 0;
};

/// The generator of delays alone, to be taken off the others.
class DelaysOnly : public Contender {
  public:
    void hold(std::size_t times) override {
        for (std::size_t i = 0; i < times; ++i) sum_ += static_cast<std::uint64_t>(delays_.next().nanoseconds);
    }
    std::uint64_t checksum() const override { return sum_; }

  private:
    Delays delays_;
    std::uint64_t sum_ = 0;
};

struct Row {
    std::string name;
    Contender* contender;
    std::vector<double> nanoseconds = {};
};

void measure(std::size_t pending) {
    const std::size_t holds = std::max<std::size_t>(1'000'000, 2 * pending);
    DelaysOnly delays;
    StandardQueue standard(pending);
    EventSet<SlowFutureEvents> heap(pending);
    EventSet<FutureEvents> wheel(pending);
    WholeKernel kernel(pending);
    std::array<Row, 5> rows{Row{"delays alone", &delays},
                            Row{"std::priority_queue", &standard},
                            Row{"4-ary heap", &heap},
                            Row{"timing wheel", &wheel},
                            Row{"kernel with a fact", &kernel}};
    for (int repetition = 0; repetition < kRepetitions + 1; ++repetition) {
        for (Row& row : rows) {
            const double taken = seconds_of([&] { row.contender->hold(holds); });
            // The first repetition warms up.
            if (repetition > 0) row.nanoseconds.push_back(taken * 1e9 / static_cast<double>(holds));
        }
    }
    const bool agree = standard.checksum() == heap.checksum() && heap.checksum() == wheel.checksum() &&
                       wheel.checksum() == kernel.checksum();
    const auto median = [](Row& row) {
        std::sort(row.nanoseconds.begin(), row.nanoseconds.end());
        return row.nanoseconds[row.nanoseconds.size() / 2];
    };
    const double idle = median(rows[0]);
    const double base = median(rows[1]) - idle;
    fmt::print("{} pending, {} holds, {} (the delays' {:.1f} ns are taken off)\n",
               pending,
               holds,
               agree ? "same order in all" : "THE ORDERS DIFFER",
               idle);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const double cost = median(rows[i]) - idle;
        fmt::print("  {:20} {:7.1f} ns/hold  ratio {:5.2f}  (fastest {:.1f}, slowest {:.1f})\n",
                   rows[i].name,
                   cost,
                   base / cost,
                   rows[i].nanoseconds.front() - idle,
                   rows[i].nanoseconds.back() - idle);
    }
    fmt::print("  wheel: {:.1f} bytes an event; journal: {:.1f} bytes a fact\n",
               static_cast<double>(wheel.events().memory_bytes()) / static_cast<double>(pending),
               static_cast<double>(kernel.kernel().journal().memory_bytes()) /
                   static_cast<double>(kernel.kernel().journal().size()));
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t most = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const std::size_t fewest = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    for (const std::size_t pending : {10ULL, 1'000ULL, 100'000ULL, 1'000'000ULL, 10'000'000ULL}) {
        if (fewest <= pending && pending <= most) measure(pending);
    }
}
