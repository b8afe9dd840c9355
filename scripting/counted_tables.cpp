// What Lua spends inside its tables, which no hook sees: going along a chain of keys that fall to one place, and putting
// all keys in again where a table is made larger. The build points the calls that the rest of Lua makes of its tables at the
// functions here (cmake/lua.cmake), which count and then call Lua's own. How long a chain is only the table itself knows, so
// its layout is known here, that of lobject.h in Lua 5.4.3 and later; a sandbox asserts that it is so.
//
// Only keys that are numbers count. Where others fall depends on addresses and on a number that a script can't know: it
// can't choose them, and a count of them would not be the same on every machine.

#include "scripting/counted_tables.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include <lua.hpp>

#include "scripting/counted_c.hpp"
#include "scripting/limits.hpp"
#include "scripting/sandbox.hpp"

static_assert(LUA_VERSION_NUM == 504 && LUA_VERSION_RELEASE_NUM >= 50403, "where whole numbers fall is that of 5.4.3 and later");

namespace podium::scripting::tables {
namespace {

// Types with their variants, as lobject.h numbers them.
constexpr std::uint8_t kBaseType = 0x0F;
constexpr std::uint8_t kAbsentKey = LUA_TNIL | (2 << 4);
constexpr std::uint8_t kWholeNumber = LUA_TNUMBER;
constexpr std::uint8_t kFloat = LUA_TNUMBER | (1 << 4);

using Payload = std::uint64_t;  // the bits of a number, a pointer …
static_assert(sizeof(lua_Integer) == sizeof(Payload) && sizeof(lua_Number) == sizeof(Payload) && sizeof(void*) == sizeof(Payload));

struct Value {
    Payload payload;
    std::uint8_t type;
};

// A key and its value; the next of its chain is so many nodes further, 0: none.
struct Node {
    Payload value;
    std::uint8_t value_type;
    std::uint8_t key_type;
    int next;
    Payload key;
};

struct Table {
    const void* next;
    std::uint8_t type;
    std::uint8_t marked;
    std::uint8_t flags;
    std::uint8_t nodes_log2;
    unsigned int limit;
    const void* array;
    const Node* nodes;
    const Node* free;  // null: it has no nodes of its own
    const void* metatable;
    const void* gray;
};

static_assert(sizeof(Value) == 16 && sizeof(Node) == 24 && sizeof(Table) == 56);

std::size_t nodes_of(const Table& table) {
    return table.free == nullptr ? 0 : std::size_t{1} << table.nodes_log2;
}

// l_hashfloat of ltable.c.
std::uint64_t hash_of(lua_Number number) {
    int exponent = 0;
    const lua_Number scaled = std::frexp(number, &exponent) * -static_cast<lua_Number>(INT32_MIN);
    constexpr lua_Number kEnd = 9223372036854775808.0;
    if (!(scaled >= -kEnd && scaled < kEnd)) return 0;  // no number, or without end
    const auto sum = static_cast<unsigned int>(exponent) + static_cast<unsigned int>(static_cast<lua_Integer>(scaled));
    return sum <= static_cast<unsigned int>(std::numeric_limits<int>::max()) ? sum : ~sum;
}

// Where a number falls in a table of `places` nodes: hashmod of ltable.c.
std::size_t place_of(const Node& node, std::size_t places) {
    const std::uint64_t hash = node.key_type == kFloat ? hash_of(std::bit_cast<lua_Number>(node.key)) : node.key;
    return static_cast<std::size_t>(hash % ((places - 1) | 1U));
}

bool is_number(const Node& node) {
    return node.key_type == kWholeNumber || node.key_type == kFloat;
}

bool is_number_key(const void* key) {
    return (static_cast<const Value*>(key)->type & kBaseType) == LUA_TNUMBER;
}

bool has_value(const Node& node) {
    return (node.value_type & kBaseType) != LUA_TNIL;
}

// The numbers of the chain that has this value, from its beginning on; 0 when no node does, or that of another key.
std::size_t chain_of(const Table& table, const void* value) {
    const auto* node = static_cast<const Node*>(value);
    const std::size_t nodes = nodes_of(table);
    if (nodes == 0 || std::less<>{}(node, table.nodes) || !std::less<>{}(node, table.nodes + nodes) || !is_number(*node)) return 0;
    std::size_t length = 0;
    for (node = table.nodes + place_of(*node, nodes);; node += node->next) {
        if (is_number(*node)) ++length;
        if (node->next == 0) return length;
    }
}

std::uint64_t steps_of_lookup(const Sandbox& sandbox) {
    const std::size_t chain = sandbox.longest_chain();
    return chain > kChainWithoutSteps ? chain / kNodesPerStep : 0;
}

void count_lookups(std::uint64_t lookups) {
    Sandbox* sandbox = counted_sandbox();
    if (sandbox == nullptr) return;
    if (const std::uint64_t steps = steps_of_lookup(*sandbox); steps > 0) sandbox->count_c(steps * lookups);
}

// While it lives, a part that is allocated is of that table, which grows.
class Growing {
  public:
    explicit Growing(const void* table) : sandbox_(counted_sandbox()), before_(sandbox_ == nullptr ? nullptr : sandbox_->grow(table)) {}

    ~Growing() {
        if (sandbox_ != nullptr) sandbox_->grow(before_);
    }

    Growing(const Growing&) = delete;
    Growing& operator=(const Growing&) = delete;

  private:
    Sandbox* sandbox_;
    const void* before_;
};

// A key was put in, and `value` is its place.
void count_chain(const void* table, const void* value) {
    Sandbox* sandbox = counted_sandbox();
    if (sandbox == nullptr) return;
    const std::size_t chain = chain_of(*static_cast<const Table*>(table), value);
    if (chain > kChainWithoutSteps) sandbox->count_c(chain / kNodesPerStep);
    sandbox->note_chain(chain);
}

}  // namespace

// Lua's own luaH_realasize.
extern "C" unsigned int podium_lua_array_size(const void* table) __asm__("_Z14luaH_realasizePK5Table");

Growth growth_of(const void* table, std::size_t bytes) {
    const Table& old = *static_cast<const Table*>(table);
    const std::size_t nodes = nodes_of(old);
    Growth out;
    // Lua counts what the table has, to see how large its parts should be.
    out.steps = (podium_lua_array_size(table) + nodes) / kPlacesPerStep;
    const std::size_t places = bytes / sizeof(Node);
    const bool is_power = places != 0 && (places & (places - 1)) == 0 && bytes % sizeof(Node) == 0;
    if (nodes < kNodesWithoutSteps || !is_power) return out;
    // Each goes along the chain of those that are there already.
    std::vector<std::uint32_t> fallen(places);
    std::uint64_t passed = 0;
    for (std::size_t i = 0; i < nodes; ++i) {
        if (!is_number(old.nodes[i]) || !has_value(old.nodes[i])) continue;
        const std::size_t before = fallen[place_of(old.nodes[i], places)]++;
        passed += before;
        out.longest_chain = std::max(out.longest_chain, before + 1);
    }
    out.steps += passed / kNodesPerStep;
    return out;
}

bool are_known(lua_State* lua) {
    constexpr lua_Integer kWhole = lua_Integer{1} << 40;
    constexpr lua_Number kNumber = 0.75;
    lua_createtable(lua, 3, 4);
    const auto* table = static_cast<const Table*>(lua_topointer(lua, -1));
    bool known = nodes_of(*table) == 4 && podium_lua_array_size(table) == 3;
    const auto falls = [&](std::uint8_t type, Payload key) {
        if (!known) return false;
        Node wanted{};
        wanted.key_type = type;
        wanted.key = key;
        const Node& node = table->nodes[place_of(wanted, 4)];
        return node.key_type == type && node.key == key && has_value(node) && node.next == 0;
    };
    lua_pushboolean(lua, 1);
    lua_rawseti(lua, -2, kWhole);
    known = falls(kWholeNumber, std::bit_cast<Payload>(kWhole));
    lua_createtable(lua, 0, 4);
    table = static_cast<const Table*>(lua_topointer(lua, -1));
    lua_pushnumber(lua, kNumber);
    lua_pushboolean(lua, 1);
    lua_rawset(lua, -3);
    known = falls(kFloat, std::bit_cast<Payload>(kNumber));
    lua_pop(lua, 2);
    return known;
}

// Lua's own functions of ltable.c, and the names that the build gives to the calls of them.
extern "C" {

const void* podium_lua_get(const void* table, const void* key) __asm__("_Z8luaH_getP5TablePK6TValue");
const void* podium_lua_getint(const void* table, lua_Integer key) __asm__("_Z11luaH_getintP5Tablex");
int podium_lua_next(lua_State* lua, void* table, void* key) __asm__("_Z9luaH_nextP9lua_StateP5TableP10StackValue");
lua_Unsigned podium_lua_getn(void* table) __asm__("_Z9luaH_getnP5Table");
void podium_lua_set(lua_State* lua, void* table, const void* key, void* value) __asm__("_Z8luaH_setP9lua_StateP5TablePK6TValuePS3_");
void podium_lua_setint(lua_State* lua, void* table, lua_Integer key, void* value) __asm__("_Z11luaH_setintP9lua_StateP5TablexP6TValue");
void podium_lua_finishset(lua_State* lua, void* table, const void* key, const void* slot, void* value) __asm__(
    "_Z14luaH_finishsetP9lua_StateP5TablePK6TValueS5_PS3_");
void podium_lua_resize(lua_State* lua, void* table, unsigned int array, unsigned int nodes) __asm__("_Z11luaH_resizeP9lua_StateP5Tablejj");
void podium_lua_resizearray(lua_State* lua, void* table, unsigned int array) __asm__("_Z16luaH_resizearrayP9lua_StateP5Tablej");

const void* podium_counted_table_get(const void* table, const void* key) {
    count_lookups(1);
    return podium_lua_get(table, key);
}

const void* podium_counted_table_getint(const void* table, lua_Integer key) {
    count_lookups(1);
    return podium_lua_getint(table, key);
}

int podium_counted_table_next(lua_State* lua, void* table, void* key) {
    count_lookups(1);
    return podium_lua_next(lua, table, key);
}

// It tries keys, each twice as large as the one before, and then those between two.
lua_Unsigned podium_counted_table_getn(void* table) {
    count_lookups(kLookupsOfLength);
    return podium_lua_getn(table);
}

void podium_counted_table_set(lua_State* lua, void* table, const void* key, void* value) {
    count_lookups(2);
    {
        const Growing growing(table);
        podium_lua_set(lua, table, key, value);
    }
    if (is_number_key(key)) count_chain(table, podium_lua_get(table, key));
}

void podium_counted_table_setint(lua_State* lua, void* table, lua_Integer key, void* value) {
    count_lookups(2);
    {
        const Growing growing(table);
        podium_lua_setint(lua, table, key, value);
    }
    count_chain(table, podium_lua_getint(table, key));
}

void podium_counted_table_finishset(lua_State* lua, void* table, const void* key, const void* slot, void* value) {
    if (static_cast<const Value*>(slot)->type != kAbsentKey) {
        podium_lua_finishset(lua, table, key, slot, value);
        return;
    }
    count_lookups(1);
    {
        const Growing growing(table);
        podium_lua_finishset(lua, table, key, slot, value);
    }
    if (is_number_key(key)) count_chain(table, podium_lua_get(table, key));
}

void podium_counted_table_resize(lua_State* lua, void* table, unsigned int array, unsigned int nodes) {
    const Growing growing(table);
    podium_lua_resize(lua, table, array, nodes);
}

void podium_counted_table_resizearray(lua_State* lua, void* table, unsigned int array) {
    const Growing growing(table);
    podium_lua_resizearray(lua, table, array);
}
}

}  // namespace podium::scripting::tables
