// Words about what has happened so far: events, and why something stands as it does.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <lua.hpp>

#include "scripting/bindings_look.hpp"
#include "scripting/library.hpp"
#include "sim/base/work.hpp"
#include "sim/lab/why.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/field_words.hpp"
#include "sim/view/query.hpp"

namespace podium::scripting {

EventPattern event_at(lua_State* lua, int index) {
    Sandbox& sandbox = Sandbox::of(lua);
    sandbox.charge(lua, kQuerySteps * 10);
    if (lua_type(lua, index) == LUA_TSTRING) {
        const auto pattern = parse_event_pattern(string_at(lua, index));
        if (!pattern) raise_error(lua, pattern.error());
        return *pattern;
    }
    if (lua_type(lua, index) != LUA_TTABLE)
        wrong_argument(lua,
                       index,
                       "an event (a text like \"die web\", or a table like {action = \"die\", "
                       "service = \"web\"})");
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;
    std::map<std::string, std::string> sorted;
    sandbox.charge_walk(lua, index);
    lua_pushnil(lua);
    while (lua_next(lua, index) != 0) {
        sandbox.charge(lua, kCallSteps);
        if (lua_type(lua, -2) != LUA_TSTRING) luaL_error(lua, "the fields of an event have names");
        const std::string name = string_at(lua, -2);
        std::size_t size = 0;
        const char* text = text_of_value(lua, -1, &size);
        charge_reading(lua, size);
        sorted[name].assign(text, size);
        lua_pop(lua, 2);
    }
    const std::string action = sorted["action"];
    if (action.empty())
        luaL_error(lua, "an event has an action, like {action = \"die\", service = \"web\"}");
    for (const auto& [name, value] : sorted) {
        if (name == "action") continue;
        if (name == "service" || name == "container" || name == "host" || name == "target") {
            if (!target.empty()) luaL_error(lua, "an event has one target; this one has two");
            target = value;
        } else {
            fields.emplace_back(name, value);
        }
    }
    const auto pattern = make_event_pattern(action, target, std::move(fields));
    if (!pattern) raise_error(lua, pattern.error());
    return *pattern;
}

void ask_target(lua_State* lua, const EventPattern& event) {
    if (!event.target.empty()) ask(lua, AskedNames::Kind::Target, event.target);
    for (const EventPattern::Wanted& wanted : event.wanted) {
        const bool name = wanted.field == "host" || wanted.field == "node" ||
                          wanted.field == "member" || wanted.field == "service" ||
                          wanted.field == "compose.service";
        if (name && wanted.value.is_text && !wanted.value.text.empty())
            ask(lua, AskedNames::Kind::Target, wanted.value.text);
    }
}

namespace {

// count, first and last in a predicate.
void ask_event_in_predicate(lua_State* lua, const EventPattern& event) {
    if (!Sandbox::of(lua).calling()) return;
    ask_target(lua, event);
    LookedAt& looked_at = scenario_of(lua).looked_at();
    if (event.target.empty()) {
        looked_at.kinds.insert(event.kinds.begin(), event.kinds.end());
    } else {
        looked_at.names.insert(event.target);
    }
}

int count(lua_State* lua) {
    const EventPattern pattern = event_at(lua, 1);
    ask_event_in_predicate(lua, pattern);
    world_of(lua);
    const lab::Session& session = scenario_of(lua).run_so_far();
    Sandbox::of(lua).charge(lua, session.journal().size() * kFactSteps);
    std::int64_t found = 0;
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        found += pattern.matches(session, fact) ? 1 : 0;
    });
    return push_number(lua, found);
}

// What the fact's row has under another name than its fields', into the table on top.
void add_row_keys(lua_State* lua, const lab::Session& session, const Fact& fact) {
    const FactSpec* spec = lab::fact_catalogue().find(fact.kind);
    for (const std::string& listed : view::row_shape(*spec).keys) {
        const std::string key = listed.substr(0, listed.find('='));
        const std::string field(view::field_of_key(*spec, key));
        if (field == key) continue;
        if (!field.empty()) {
            lua_getfield(lua, -1, field.c_str());
        } else if (const std::string text = view::row_text(session.world(), fact, key); !text.empty()) {
            push_text(lua, text);
        } else {
            continue;
        }
        lua_setfield(lua, -2, key.c_str());
    }
}

void push_fact(lua_State* lua, const lab::Session& session, const Fact& fact) {
    lua_newtable(lua);
    const view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
    for (const FieldValue& value :
         lab::fact_catalogue().fields(fact, session.world().kernel.interner())) {
        const std::string_view word = view::field_word(fact.kind, value.name, value.number);
        if (!word.empty()) {
            push_text(lua, std::string(word));
            lua_setfield(lua, -2, std::string(value.name).c_str());
            continue;
        }
        switch (value.type) {
            case FieldType::Text:
                lua_pushlstring(lua, value.text.data(), value.text.size());
                break;
            case FieldType::Flag:
                lua_pushboolean(lua, value.number != 0 ? 1 : 0);
                break;
            case FieldType::Duration:
                lua_pushnumber(lua, Duration{value.number}.seconds());
                break;
            case FieldType::Integer:
            case FieldType::Long:
                lua_pushinteger(lua, value.number);
                break;
        }
        lua_setfield(lua, -2, std::string(value.name).c_str());
    }
    add_row_keys(lua, session, fact);
    lua_pushnumber(lua, fact.time.seconds());
    lua_setfield(lua, -2, "time");
    lua_pushinteger(lua, fact.id.value);
    lua_setfield(lua, -2, "fact");
    lua_pushinteger(lua, fact.cause.value);
    lua_setfield(lua, -2, "cause");
    push_text(lua, std::string(info.action));
    lua_setfield(lua, -2, "action");
    push_text(lua, info.service);
    lua_setfield(lua, -2, "service");
    push_text(lua, info.container);
    lua_setfield(lua, -2, "container");
}

// The fact of that number as a table, if the event is one; whether it is.
bool push_if_matching(lua_State* lua, const EventPattern& pattern, FactId id) {
    Sandbox::of(lua).charge(lua, kFactSteps * 8);
    const lab::Session& session = scenario_of(lua).run_so_far();
    const Fact fact = session.journal().at(id);
    if (!pattern.matches(session, fact)) return false;
    push_fact(lua, session, fact);
    return true;
}

int first(lua_State* lua) {
    const EventPattern pattern = event_at(lua, 1);
    ask_event_in_predicate(lua, pattern);
    world_of(lua);
    const Journal& journal = scenario_of(lua).run_so_far().journal();
    for (FactId id = journal.first(); id <= journal.last(); ++id.value) {
        if (push_if_matching(lua, pattern, id)) return 1;
    }
    lua_pushnil(lua);
    return 1;
}

int last(lua_State* lua) {
    const EventPattern pattern = event_at(lua, 1);
    ask_event_in_predicate(lua, pattern);
    world_of(lua);
    const Journal& journal = scenario_of(lua).run_so_far().journal();
    for (FactId id = journal.last(); id && id >= journal.first(); --id.value) {
        if (push_if_matching(lua, pattern, id)) return 1;
    }
    lua_pushnil(lua);
    return 1;
}

// A unit of simulating takes about as long as so many steps.
constexpr std::uint64_t kStepsPerWork = 6;

// It goes through all facts and, for a swarm, runs through a piece of the past again.
int why(lua_State* lua) {
    require_task(lua, "why");
    const std::string name = string_at(lua, 1);
    world_of(lua);
    const lab::Session& session = scenario_of(lua).run_so_far();
    Sandbox::of(lua).charge(lua, session.journal().size() * kFactSteps * 8);
    const std::uint64_t before = work_done();
    const auto text = lab::why(session, name, session.now(), 0);
    Sandbox::of(lua).charge(lua, (work_done() - before) * kStepsPerWork);
    if (text) {
        push_text(lua, *text);
    } else {
        lua_pushnil(lua);
    }
    return 1;
}

}  // namespace

BindingGroup event_bindings() {
    return {
        "Events so far",
        {
            {"count", "count(\"die web\")", "How often the event has happened.", guarded<count>},
            {"first",
             "first(\"die web\")",
             "The first such fact as a table, as last gives it, or nil.",
             guarded<first>},
            {"last",
             "last(\"die web\")",
             "The last such fact as a table (time, fact, cause, action, service, container and "
             "what podium docs facts lists of it, with the words of codes), or nil.",
             guarded<last>},
            {"why",
             "why(\"web.2\")",
             "How a service, container, host or a swarm's task stands and what led there, in the "
             "words of podium why; nil when nothing is called so. Not in a check.",
             guarded<why>},
        }};
}

}  // namespace podium::scripting
