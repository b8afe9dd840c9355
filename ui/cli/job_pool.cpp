#include "ui/cli/job_pool.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace podium::cli {
namespace {

constexpr auto kProgressEvery = std::chrono::milliseconds(200);

// Which jobs are begun and done; shared by all threads, and looked at with the mutex held.
class Ledger {
  public:
    explicit Ledger(std::size_t count) : count_(count) {}

    // Gives the next job's number; false when there is none to begin.
    bool begin(std::size_t& number) {
        const std::scoped_lock lock(mutex_);
        if (stopped_ || begun_ == count_) return false;
        number = begun_++;
        return true;
    }

    void end(bool well, std::exception_ptr thrown) {
        const std::scoped_lock lock(mutex_);
        ++done_;
        if (!well) stopped_ = true;
        if (thrown && !thrown_) thrown_ = std::move(thrown);
        changed_.notify_one();
    }

    // Waits a while; true when all jobs that will be begun have ended.
    bool wait(std::size_t& done) {
        std::unique_lock lock(mutex_);
        const auto over = [this] { return done_ == begun_ && (stopped_ || begun_ == count_); };
        const bool is_over = changed_.wait_for(lock, kProgressEvery, over);
        done = done_;
        return is_over;
    }

    [[nodiscard]] std::exception_ptr thrown() const { return thrown_; }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t count_;
    std::size_t begun_ = 0;
    std::size_t done_ = 0;
    bool stopped_ = false;
    std::exception_ptr thrown_;
};

void work(Ledger& ledger, const std::function<bool(std::size_t)>& job) {
    std::size_t number = 0;
    while (ledger.begin(number)) {
        bool well = false;
        std::exception_ptr thrown;
        try {
            well = job(number);
        } catch (...) {
            thrown = std::current_exception();
        }
        ledger.end(well, std::move(thrown));
    }
}

}  // namespace

std::size_t machine_threads() {
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
}

void run_jobs(std::size_t count,
              std::size_t threads,
              const std::function<bool(std::size_t)>& job,
              const std::function<void(std::size_t)>& progress) {
    if (count == 0) return;
    Ledger ledger(count);
    {
        std::vector<std::jthread> workers;
        while (workers.size() < std::min(threads, count)) {
            try {
                workers.emplace_back([&ledger, &job] { work(ledger, job); });
            } catch (const std::system_error&) {
                if (workers.empty()) throw;
                break;  // the machine has no more; those there are do all the work
            }
        }
        std::size_t done = 0;
        while (!ledger.wait(done))
            progress(done);
        progress(done);
    }
    if (ledger.thrown()) std::rethrow_exception(ledger.thrown());
}

}  // namespace podium::cli
