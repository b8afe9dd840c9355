#include "sim/model/detach_keys.hpp"

#include "sim/base/text.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kControl = "ctrl-";
// From Ctrl-@ on, in the order of their bytes.
constexpr std::string_view kControlled = "@abcdefghijklmnopqrstuvwxyz[\\]^_";
constexpr char kDelete = '\x7f';

}  // namespace

std::optional<std::string> detach_key_bytes(std::string_view keys) {
    std::string out;
    for (const std::string& key : split(keys, ',')) {
        if (key.size() == 1) {
            out += key;
        } else if (key == "DEL") {
            out += kDelete;
        } else if (key.size() == kControl.size() + 1 && key.starts_with(kControl) &&
                   kControlled.find(key.back()) != std::string_view::npos) {
            out += static_cast<char>(kControlled.find(key.back()));
        } else {
            return std::nullopt;
        }
    }
    return out;
}

}  // namespace podium::model
