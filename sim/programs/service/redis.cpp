#include "sim/programs/service/redis.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/base/calendar.hpp"
#include "sim/base/files.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/shell/pattern.hpp"

namespace podium::programs {
namespace {

using Json = nlohmann::ordered_json;
using model::ProcessContext;

// What one simulated redis keeps; more is refused as by a redis with maxmemory.
constexpr std::size_t kMostKeys = 10'000;
constexpr std::int64_t kMostBytes = 512 << 10;
constexpr std::size_t kReadBytes = 64 << 10;

// redis 7's default save points: after so long, if so many keys changed.
struct SavePoint {
    Duration after;
    std::int64_t changes;
};

constexpr std::array kSavePoints{
    SavePoint{seconds(3600), 1}, SavePoint{seconds(300), 100}, SavePoint{seconds(60), 10'000}};

constexpr Duration kSaveRetry = seconds(5);  // server.h, CONFIG_BGSAVE_RETRY_DELAY

const std::string kOk = "+OK\r\n";
const std::string kNil = "$-1\r\n";
// server.c, shared.bgsaveerr
const std::string kUnsaved =
    "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist on disk. "
    "Commands that may modify the data set are disabled, because this instance is configured to report "
    "errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check "
    "the Redis logs for details about the RDB error.\r\n";
const std::string kSyntax = "-ERR syntax error\r\n";
const std::string kNoInteger = "-ERR value is not an integer or out of range\r\n";
const std::string kFull = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

std::string integer(std::int64_t number) {
    return fmt::format(":{}\r\n", number);
}

std::string bulk(std::string_view text) {
    return fmt::format("${}\r\n{}\r\n", text.size(), text);
}

std::string array(const std::vector<std::string>& parts) {
    std::string out = fmt::format("*{}\r\n", parts.size());
    for (const std::string& part : parts)
        out += part;
    return out;
}

std::string wrong_count(const std::string& name) {
    return fmt::format("-ERR wrong number of arguments for '{}' command\r\n", name);
}

// The next command of a message: an array of bulk strings, or words on a line.
bool take_command(std::string_view& rest, std::vector<std::string>& words) {
    words.clear();
    const auto take_line = [&rest] {
        const auto end = rest.find('\n');
        std::string line(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        return line;
    };
    if (rest.empty()) return false;
    const std::string first = take_line();
    std::int64_t count = 0;
    if (!first.starts_with('*')) {
        words = split_words(first);
        return true;
    }
    if (!parse_integer(std::string_view(first).substr(1), count)) return true;
    for (std::int64_t i = 0; i < count && !rest.empty(); ++i) {
        std::int64_t size = 0;
        const std::string head = take_line();
        if (head.empty() || !parse_integer(std::string_view(head).substr(1), size) || size < 0)
            return true;
        const auto length = std::min(rest.size(), static_cast<std::size_t>(size));
        words.emplace_back(rest.substr(0, length));
        rest.remove_prefix(std::min(rest.size(), length + 2));
    }
    return true;
}

bool is_write(const std::string& name) {
    static constexpr std::array<std::string_view, 22> kWrites{
        "append", "decr",   "decrby", "del",    "expire", "expireat", "flushall", "flushdb",
        "getdel", "getset", "incr",   "incrby", "mset",   "persist",  "pexpire",  "psetex",
        "rename", "set",    "setex",  "setnx",  "unlink", "pexpireat"};
    return std::find(kWrites.begin(), kWrites.end(), name) != kWrites.end();
}

}  // namespace

void RedisServer::begin(ProcessContext& context, const std::string& data_path) {
    data_path_ = data_path;
    last_save_ = context.now();
    const std::vector<std::string>& argv = context.row().argv;
    for (std::size_t i = 0; i + 1 < argv.size(); ++i) {
        if (argv[i] == "--appendonly") appends_ = lower(argv[i + 1]) == "yes";
        if (argv[i] == "--save") saves_ = !argv[i + 1].empty();
    }
    load(context, data_path_ + (appends_ ? "/appendonlydir/appendonly.aof" : "/dump.rdb"));
    changes_ = 0;
}

RedisServer::Value* RedisServer::find(const std::string& key, Time now) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return nullptr;
    if (found->second.expires > now) return &found->second;
    bytes_ -= static_cast<std::int64_t>(key.size() + found->second.text.size());
    keys_.erase(found);
    return nullptr;
}

void RedisServer::purge(Time now) {
    for (auto at = keys_.begin(); at != keys_.end();) {
        const auto next = std::next(at);
        if (at->second.expires <= now) keys_.erase(at);
        at = next;
    }
    bytes_ = 0;
    for (const auto& [key, value] : keys_)
        bytes_ += static_cast<std::int64_t>(key.size() + value.text.size());
}

std::string RedisServer::answer(ProcessContext& context, const std::string& message) {
    std::string out;
    std::string_view rest = message;
    std::vector<std::string> words;
    while (take_command(rest, words)) {
        if (!words.empty()) out += run(context, words);
    }
    return out;
}

RedisServer::Reply RedisServer::run(ProcessContext& context, const Words& words) {
    const std::string name = lower(words.front());
    if (!is_write(name)) return read_command(context, name, words);
    if (unsaved_) return kUnsaved;
    if (keys_.size() >= kMostKeys || bytes_ >= kMostBytes) purge(context.now());
    if ((keys_.size() >= kMostKeys || bytes_ >= kMostBytes) && name != "del" && name != "unlink" &&
        !name.starts_with("flush"))
        return kFull;
    const Reply reply = write_command(context, name, words);
    if (reply.starts_with('-')) return reply;
    ++changes_;
    if (appends_ && !write_file(context, data_path_ + "/appendonlydir/appendonly.aof"))
        return "-MISCONF Errors writing to the AOF file: No space left on device\r\n";
    return reply;
}

RedisServer::Reply RedisServer::read_command(ProcessContext& context,
                                             const std::string& name,
                                             const Words& words) {
    const Time now = context.now();
    const std::size_t count = words.size();
    if (name == "ping")
        return count == 1 ? "+PONG\r\n" : count == 2 ? bulk(words[1]) : wrong_count(name);
    if (name == "echo") return count == 2 ? bulk(words[1]) : wrong_count(name);
    if (name == "select")
        return count == 2 && words[1] == "0" ? kOk
                                             : "-ERR Podium models redis's database 0 only\r\n";
    if (name == "dbsize" || name == "keys" || name == "save" || name == "bgsave" ||
        name == "lastsave") {
        purge(now);
        if (name == "dbsize") return integer(static_cast<std::int64_t>(keys_.size()));
        if (name == "lastsave") return integer(unix_seconds(last_save_));
        if (name != "keys") {
            if (!save(context)) return "-ERR\r\n";
            return name == "save" ? kOk : "+Background saving started\r\n";
        }
        if (count != 2) return wrong_count(name);
        std::vector<std::string> found;
        for (const auto& [key, _] : keys_) {
            if (shell::matches_pattern(words[1], key)) found.push_back(bulk(key));
        }
        return array(found);
    }
    if (name == "mget") {
        if (count < 2) return wrong_count(name);
        std::vector<std::string> found;
        for (std::size_t i = 1; i < count; ++i) {
            const Value* value = find(words[i], now);
            found.push_back(value == nullptr ? kNil : bulk(value->text));
        }
        return array(found);
    }
    if (name == "exists") {
        if (count < 2) return wrong_count(name);
        return integer(std::count_if(words.begin() + 1, words.end(), [&](const std::string& key) {
            return find(key, now) != nullptr;
        }));
    }
    if (name != "get" && name != "ttl" && name != "pttl" && name != "type" && name != "strlen") {
        return fmt::format(
            "-ERR Podium does not simulate redis's {}, only strings: GET, SET, DEL, INCR, KEYS, "
            "EXPIRE and their like\r\n",
            words.front());
    }
    if (count != 2) return wrong_count(name);
    const Value* value = find(words[1], now);
    if (name == "get") return value == nullptr ? kNil : bulk(value->text);
    if (name == "type") return value == nullptr ? "+none\r\n" : "+string\r\n";
    if (name == "strlen")
        return integer(value == nullptr ? 0 : static_cast<std::int64_t>(value->text.size()));
    if (value == nullptr) return integer(-2);
    if (value->expires == kNever) return integer(-1);
    const std::int64_t left = (value->expires - now).nanoseconds / 1'000'000;
    return integer(name == "pttl" ? left : (left + 500) / 1000);
}

RedisServer::Reply RedisServer::write_command(ProcessContext& context,
                                              const std::string& name,
                                              const Words& words) {
    const Time now = context.now();
    const std::size_t count = words.size();
    if (name == "set") return set(context, words);
    if (name == "flushall" || name == "flushdb") {
        keys_.clear();
        bytes_ = 0;
        return kOk;
    }
    if (name == "del" || name == "unlink") {
        if (count < 2) return wrong_count(name);
        std::int64_t removed = 0;
        for (std::size_t i = 1; i < count; ++i)
            removed += find(words[i], now) != nullptr && keys_.erase(words[i]) > 0 ? 1 : 0;
        purge(now);
        return integer(removed);
    }
    if (name == "mset") {
        if (count < 3 || count % 2 == 0) return wrong_count(name);
        for (std::size_t i = 1; i + 1 < count; i += 2)
            keys_[words[i]] = Value{words[i + 1], kNever};
        purge(now);
        return kOk;
    }
    if (name == "incr" || name == "decr") {
        if (count != 2) return wrong_count(name);
        find(words[1], now);
        return add(words[1], name == "incr" ? 1 : -1);
    }
    if (name == "incrby" || name == "decrby") {
        std::int64_t amount = 0;
        if (count != 3) return wrong_count(name);
        if (!parse_integer(words[2], amount)) return kNoInteger;
        find(words[1], now);
        return add(words[1], name == "incrby" ? amount : -amount);
    }
    if (name == "setex" || name == "psetex") {
        if (count != 4) return wrong_count(name);
        return set(context, {"set", words[1], words[3], name == "setex" ? "EX" : "PX", words[2]});
    }
    if (name == "setnx")
        return count == 3 ? integer(set(context, {"set", words[1], words[2], "NX"}) == kOk ? 1 : 0)
                          : wrong_count(name);
    if (name == "getset")
        return count == 3 ? set(context, {"set", words[1], words[2], "GET"}) : wrong_count(name);
    if (name == "append") {
        if (count != 3) return wrong_count(name);
        find(words[1], now);
        std::string& text = keys_[words[1]].text;
        text += words[2];
        bytes_ += static_cast<std::int64_t>(words[2].size());
        return integer(static_cast<std::int64_t>(text.size()));
    }
    if (name == "getdel") {
        if (count != 2) return wrong_count(name);
        const Value* value = find(words[1], now);
        const Reply reply = value == nullptr ? kNil : bulk(value->text);
        keys_.erase(words[1]);
        return reply;
    }
    if (name == "rename") {
        if (count != 3) return wrong_count(name);
        const Value* value = find(words[1], now);
        if (value == nullptr) return "-ERR no such key\r\n";
        const Value moved = *value;
        keys_.erase(words[1]);
        keys_[words[2]] = moved;
        return kOk;
    }
    return expire(context, name, words);
}

RedisServer::Reply RedisServer::set(ProcessContext& context, const Words& words) {
    if (words.size() < 3) return wrong_count("set");
    const Time now = context.now();
    const Value* old = find(words[1], now);
    Value value{words[2], kNever};
    bool only_new = false;
    bool only_old = false;
    bool wants_old = false;
    for (std::size_t i = 3; i < words.size(); ++i) {
        const std::string option = lower(words[i]);
        if (option == "nx")
            only_new = true;
        else if (option == "xx")
            only_old = true;
        else if (option == "get")
            wants_old = true;
        else if (option == "keepttl")
            value.expires = old == nullptr ? kNever : old->expires;
        else if ((option == "ex" || option == "px") && i + 1 < words.size()) {
            std::int64_t amount = 0;
            if (!parse_integer(words[++i], amount)) return kNoInteger;
            if (amount <= 0 || amount > 1'000'000'000)
                return "-ERR invalid expire time in 'set' command\r\n";
            value.expires = now + (option == "ex" ? seconds(amount) : milliseconds(amount));
        } else {
            return kSyntax;
        }
    }
    const Reply before = old == nullptr ? kNil : bulk(old->text);
    if ((only_new && old != nullptr) || (only_old && old == nullptr))
        return wants_old ? before : kNil;
    bytes_ += static_cast<std::int64_t>(words[1].size() + words[2].size());
    keys_[words[1]] = std::move(value);
    return wants_old ? before : kOk;
}

RedisServer::Reply RedisServer::add(const std::string& key, std::int64_t amount) {
    Value& value = keys_[key];
    std::int64_t number = 0;
    if (!value.text.empty() && !parse_integer(value.text, number)) return kNoInteger;
    std::int64_t sum = 0;
    if (__builtin_add_overflow(number, amount, &sum))
        return "-ERR increment or decrement would overflow\r\n";
    value.text = fmt::format("{}", sum);
    return integer(sum);
}

RedisServer::Reply RedisServer::expire(ProcessContext& context,
                                       const std::string& name,
                                       const Words& words) {
    const Time now = context.now();
    if (words.size() != (name == "persist" ? 2U : 3U)) return wrong_count(name);
    Value* value = find(words[1], now);
    if (name == "persist") {
        const bool had = value != nullptr && value->expires != kNever;
        if (had) value->expires = kNever;
        return integer(had ? 1 : 0);
    }
    std::int64_t amount = 0;
    if (!parse_integer(words[2], amount) || amount > 10'000'000'000'000 ||
        amount < -10'000'000'000'000)
        return kNoInteger;
    if (value == nullptr) return integer(0);
    const std::int64_t milli = name.starts_with('p') ? amount : amount * 1000;
    const Time skewless = name.ends_with("at") ? from_unix(milli / 1000, milli % 1000 * 1'000'000)
                                               : now + milliseconds(milli);
    value->expires = skewless;
    find(words[1], now);  // gone at once when that has passed
    return integer(1);
}

// --- on disk ---

bool RedisServer::write_file(ProcessContext& context, const std::string& path) const {
    Json json = Json::object();
    for (const auto& [key, value] : keys_) {
        Json row = Json::array({value.text});
        if (value.expires != kNever) row.push_back(value.expires.nanoseconds);
        json[key] = std::move(row);
    }
    // As redis does (rdb.c, rdbSave): beside the old one, which stays when this fails.
    const std::string beside = fmt::format("{}/temp-{}.rdb", directory_of(path), context.row().pid);
    int descriptor = -1;
    context.make_directory(directory_of(path), true);
    if (context.open(beside, shell::OpenMode::Write, descriptor) != shell::Errno::None) return false;
    const shell::Errno error =
        context.write(descriptor, json_bytes(json) + "\n");
    context.close(descriptor);
    if (error == shell::Errno::None && context.rename(beside, path) == shell::Errno::None) return true;
    context.remove(beside, false);
    return false;
}

bool RedisServer::load(ProcessContext& context, const std::string& path) {
    int descriptor = -1;
    if (context.open(path, shell::OpenMode::Read, descriptor) != shell::Errno::None) return false;
    std::string content;
    for (;;) {
        const shell::ReadResult part = context.read(descriptor, kReadBytes);
        if (part.kind != shell::ReadResult::Kind::Data) break;
        content += part.data;
    }
    context.close(descriptor);
    const Json json = Json::parse(content, nullptr, false);
    if (!json.is_object()) return false;
    for (const auto& [key, row] : json.items()) {
        if (!row.is_array() || row.empty() || !row[0].is_string()) continue;
        Value value{row[0].get<std::string>(), kNever};
        if (row.size() > 1 && row[1].is_number_integer())
            value.expires = Time{row[1].get<std::int64_t>()};
        keys_[key] = std::move(value);
    }
    purge(context.now());
    return true;
}

bool RedisServer::save(ProcessContext& context) {
    if (!write_file(context, data_path_ + "/dump.rdb")) return false;
    last_save_ = context.now();
    changes_ = 0;
    unsaved_ = false;
    return true;
}

Time RedisServer::next_save() const {
    Time next = kNever;
    if (!saves_ || data_path_.empty()) return next;
    for (const SavePoint& point : kSavePoints) {
        if (changes_ >= point.changes) next = std::min(next, last_save_ + point.after);
    }
    if (unsaved_) next = std::max(next, retry_);
    return next;
}

void RedisServer::save_when_due(ProcessContext& context) {
    if (next_save() > context.now()) return;
    purge(context.now());
    if (save(context)) return;
    unsaved_ = true;
    retry_ = context.now() + kSaveRetry;
}

bool RedisServer::stop(ProcessContext& context) {
    if (!saves_ || data_path_.empty()) return true;
    purge(context.now());
    return save(context);
}

}  // namespace podium::programs
