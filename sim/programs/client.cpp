#include "sim/programs/client.hpp"

#include <nlohmann/json.hpp>

#include "sim/model/world.hpp"

namespace podium::programs {

std::string Answer::message() const {
    const auto json = nlohmann::ordered_json::parse(body, nullptr, false);
    if (!json.is_object() || !json.contains("message") || !json["message"].is_string()) return body;
    return json["message"].get<std::string>();
}

void Call::start(model::ProcessContext& context, model::RequestSpec spec) {
    if (!spec.host) spec.host = context.row().host;
    id_ = model::submit_request(context.world(), std::move(spec), context.id());
    output_ = error_output_ = input_ = -1;
    input_closed_ = false;
}

void Call::tell_detached(model::ProcessContext& context) const { model::record_detach(context.world(), id_); }

bool Call::done(model::ProcessContext& context) const { return model::answered(context.world(), id_) != nullptr; }

bool Call::upgraded(model::ProcessContext& context) const {
    const model::Request* row = context.world().requests.find(id_);
    return row != nullptr && (row->upgraded || row->done);
}

int Call::output(model::ProcessContext& context) {
    const model::Request* row = context.world().requests.find(id_);
    if (output_ < 0 && row != nullptr && row->stream) output_ = context.adopt(row->stream);
    return output_;
}

int Call::error_output(model::ProcessContext& context) {
    const model::Request* row = context.world().requests.find(id_);
    if (error_output_ < 0 && row != nullptr && row->error_stream) error_output_ = context.adopt(row->error_stream);
    return error_output_;
}

int Call::input(model::ProcessContext& context) {
    const model::Request* row = context.world().requests.find(id_);
    if (input_ < 0 && !input_closed_ && row != nullptr && row->input_stream) input_ = context.adopt_for_writing(row->input_stream);
    return input_;
}

void Call::close_input(model::ProcessContext& context) {
    const int descriptor = input(context);
    if (descriptor >= 0) context.close(descriptor);
    input_ = -1;
    input_closed_ = true;
    model::end_request_input(context.world(), id_);
}

Answer Call::take(model::ProcessContext& context) {
    const model::Request* row = model::answered(context.world(), id_);
    Answer answer{row->status, row->body};
    abandon(context);
    return answer;
}

void Call::abandon(model::ProcessContext& context) {
    if (!id_) return;
    for (const int descriptor : {output_, error_output_, input_}) {
        if (descriptor >= 0) context.close(descriptor);
    }
    model::release_request(context.world(), id_);
    id_ = {};
    output_ = error_output_ = input_ = -1;
}

model::RequestSpec request_for(model::Operation operation, std::string target) {
    model::RequestSpec spec;
    spec.operation = operation;
    spec.target = std::move(target);
    return spec;
}

bool print(shell::System& system, std::string_view text) { return system.write(1, text) == shell::Errno::None; }

bool print_error(shell::System& system, std::string_view text) { return system.write(2, text) == shell::Errno::None; }

}  // namespace podium::programs
