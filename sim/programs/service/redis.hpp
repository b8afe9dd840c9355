#pragma once

// The redis server's keys: strings with a time to live, in memory, saved to dump.rdb when redis
// saves them (asked to, by its save points, or when it is stopped with a signal it handles) and,
// with
// --appendonly yes, with each write. So what a kill loses and a volume keeps is as in life. Both
// files are in Podium's own form. Plain data of the server's program.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/model/world.hpp"

namespace podium::programs {

class RedisServer {
  public:
    /// Reads its command line and loads what is on disk.
    void begin(model::ProcessContext& context, const std::string& data_path);
    /// Answers one message of commands in redis's protocol, each command with one reply.
    std::string answer(model::ProcessContext& context, const std::string& message);
    /// Saves if it is time for that by a save point.
    void save_when_due(model::ProcessContext& context);
    /// When save_when_due() has something to do at the earliest.
    [[nodiscard]] Time next_save() const;
    /// It was told to stop: it saves unless it has no save points. False: it could not.
    bool stop(model::ProcessContext& context);

  private:
    struct Value {
        std::string text;
        Time expires = kNever;
    };

    using Words = std::vector<std::string>;
    using Reply = std::string;

    Reply run(model::ProcessContext& context, const Words& words);
    Reply read_command(model::ProcessContext& context, const std::string& name, const Words& words);
    Reply write_command(model::ProcessContext& context,
                        const std::string& name,
                        const Words& words);
    Reply set(model::ProcessContext& context, const Words& words);
    Reply add(const std::string& key, std::int64_t amount);
    Reply expire(model::ProcessContext& context, const std::string& name, const Words& words);
    Value* find(const std::string& key, Time now);
    void purge(Time now);
    bool save(model::ProcessContext& context);
    bool write_file(model::ProcessContext& context, const std::string& path) const;
    bool load(model::ProcessContext& context, const std::string& path);

    std::map<std::string, Value> keys_;
    std::string data_path_;
    std::int64_t bytes_ = 0;    ///< Of all keys and values.
    std::int64_t changes_ = 0;  ///< Since it last saved.
    Time last_save_{};
    bool appends_ = false;  ///< --appendonly yes
    bool saves_ = true;     ///< It has save points: not with --save "".
    Time retry_{};          ///< When it tries again after a save that failed.
    bool unsaved_ = false;  ///< A save point could not be kept: no more writes (stop-writes-on-bgsave-error).
};

}  // namespace podium::programs
