#include "sim/programs/net/conversation.hpp"

#include <algorithm>

#include "sim/model/world.hpp"
#include "sim/programs/net/route.hpp"

namespace podium::programs::net {
namespace {

using model::ExchangeState;

constexpr Duration kFirstLook = seconds(1);

}  // namespace

void Conversation::start(model::ProcessContext& context, model::ExchangeSpec spec, Patience patience) {
    code = 0;
    content_type.clear();
    headers.clear();
    body.clear();
    address.clear();
    connected = false;
    began = context.now();
    patience_ = patience;
    const Route route = find_route(context, spec.host);
    no_neighbour_ = route.resolved && !route.reachable && route.neighbour;
    no_network_ = route.no_network;
    if (no_network_) {
        address = route.address;
        return;
    }
    spec.timeout = std::min(patience.whole, kForEver);
    id_ = model::start_exchange(context.world(), context.id(), std::move(spec));
}

Duration Conversation::connect_patience() const {
    const Duration kernel = no_neighbour_ ? kKernelResolvesNeighbour : kKernelConnects;
    return std::min({patience_.connect, kernel, patience_.whole});
}

Talk Conversation::judge(model::ProcessContext& context, const model::Exchange& row) const {
    switch (row.state) {
        case ExchangeState::Answered: return Talk::Answered;
        case ExchangeState::NoSuchHost: return Talk::NoSuchHost;
        case ExchangeState::Refused: return model::proxy_takes(context.world(), row) ? Talk::Reset : Talk::Refused;
        case ExchangeState::Unreachable: return Talk::ConnectTimeout;
        case ExchangeState::TimedOut: return Talk::Timeout;
        case ExchangeState::Reset: return Talk::Reset;
        case ExchangeState::Travelling:
            if (context.now() < began + connect_patience()) return Talk::Pending;
            return no_neighbour_ && connect_patience() == kKernelResolvesNeighbour ? Talk::NoRoute : Talk::ConnectTimeout;
        case ExchangeState::Queued:
        case ExchangeState::Answering:
        case ExchangeState::Returning: return context.now() < began + patience_.whole ? Talk::Pending : Talk::Timeout;
    }
    return Talk::Pending;
}

Talk Conversation::look(model::ProcessContext& context) {
    if (no_network_) {
        no_network_ = false;
        return Talk::NoNetwork;
    }
    const model::Exchange* row = context.world().exchanges.find(id_);
    if (row == nullptr) return Talk::Reset;
    const Talk talk = judge(context, *row);
    address = row->address;
    connected = row->state != ExchangeState::Travelling && talk != Talk::NoSuchHost && talk != Talk::Refused && talk != Talk::ConnectTimeout && talk != Talk::NoRoute;
    if (talk == Talk::Pending) return talk;
    code = row->code;
    content_type = row->content_type;
    headers = row->headers;
    body = row->answer;
    abandon(context);
    return talk;
}

Time Conversation::deadline(model::ProcessContext& context) const {
    if (no_network_) return context.now();
    const model::Exchange* row = context.world().exchanges.find(id_);
    const bool travelling = row != nullptr && row->state == ExchangeState::Travelling;
    const Time end = began + (travelling ? connect_patience() : patience_.whole);
    // A timer outlives the conversation it was set for, and keeps the run from being quiet: so none is set
    // for much longer than the conversation has lasted.
    return std::min(end, context.now() + std::max(kFirstLook, context.now() - began));
}

void Conversation::abandon(model::ProcessContext& context) {
    if (id_) model::release_exchange(context.world(), id_);
    id_ = {};
    no_network_ = false;
}

}  // namespace podium::programs::net
