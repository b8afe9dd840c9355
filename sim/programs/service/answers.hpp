#pragma once

// How a server works on one request, by its kind: routes, the to-do application and its database,
// a model server, a database. Plain data; internal to sim/programs/service.

#include <string>

#include "sim/model/behaviour.hpp"
#include "sim/model/world.hpp"

namespace podium::programs {

struct Work {
    Time began{};
    int code = 200;
    std::string type = "text/plain";
    std::string body;
    model::ExchangeId asked;  ///< A question of its own to another server.
    std::uint8_t stage = 0;
    bool unread = false;  ///< Nobody looks at the body (traffic): it need not be made.
};

/// Takes a request up; returns how long it takes before continue_work() is first called.
Duration begin_work(model::ProcessContext& context, const model::BehaviourProfile& profile, const model::ExchangeSpec& request, Work& work);
/// Goes on; true when the answer is in `work`.
bool continue_work(model::ProcessContext& context, const model::BehaviourProfile& profile, const model::ExchangeSpec& request, Work& work);

}  // namespace podium::programs
