#pragma once

// How a server works on one request, by its kind: routes, the to-do application and its database,
// a model server, a database. Plain data; internal to sim/programs/service.

#include <optional>
#include <string>

#include "sim/model/behaviour.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/service/redis.hpp"

namespace podium::programs {

struct Work {
    Time began{};
    int code = 200;
    std::string type = "text/plain";
    std::string body;
    model::ExchangeId asked;  ///< A question of its own to another server.
    std::uint8_t stage = 0;
    bool unread = false;      ///< Nobody looks at the body (traffic): a file need not be read for it.
    std::optional<Time> modified;  ///< Of the file it comes from.
    std::string location;    ///< Where what was asked for is instead.
    std::string
        database;  ///< Where the database is kept that its client has logged in to; empty: none.
    std::size_t unmade = 0;  ///< How many bytes of it were not made for that reason; logs count them.
};

/// Takes a request up; returns how long it takes before continue_work() is first called.
Duration begin_work(model::ProcessContext& context, const model::BehaviourProfile& profile, const model::ExchangeSpec& request, Work& work);
/// Goes on; true when the answer is in `work`. `redis` is the server's, where it is one.
bool continue_work(model::ProcessContext& context, const model::BehaviourProfile& profile, const model::ExchangeSpec& request, RedisServer& redis, Work& work);

}  // namespace podium::programs
