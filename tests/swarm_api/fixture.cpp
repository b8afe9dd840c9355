#include "tests/swarm_api/fixture.hpp"

#include <nlohmann/json.hpp>

namespace podium::swarm::test {

Json Answer::body() const {
    return text.empty() ? Json() : Json::parse(text);
}

std::string Answer::message() const {
    const Json json = body();
    return json.is_object() ? json.value("message", "") : "";
}

Answer Bench::ask(const ApiRequest& request) {
    const ApiReply reply = answer(context, store, request);
    change = reply.change;
    logs = reply.logs;
    if (reply.change) {
        REQUIRE(store.in_sequence(*reply.change));
        touched = store.apply(*reply.change, kernel.now());
    }
    return {reply.status, reply.body};
}

Json Bench::service_body(const std::string& name) {
    Json body;
    body["Name"] = name;
    body["TaskTemplate"]["ContainerSpec"]["Image"] = "busybox";
    return body;
}

std::string Bench::create_service(const Json& body) {
    const Answer made = ask("POST /services/create", body.dump());
    INFO(made.text);
    REQUIRE(made.status == 201);
    return made.body()["ID"].get<std::string>();
}

std::string rpc(const std::string& code, const std::string& text) {
    return "rpc error: code = " + code + " desc = " + text;
}

std::string version_of(const Meta& meta) {
    return "version=" + std::to_string(meta.version);
}

Json with(Json body, const std::string& pointer, const Json& value) {
    body[Json::json_pointer(pointer)] = value;
    return body;
}

}  // namespace podium::swarm::test
