#include "ui/cli/key_watch.hpp"

#include <unistd.h>

namespace podium::cli {

KeyWatch::~KeyWatch() {
    watch_for({});
}

void KeyWatch::watch_for(const std::string& keys) {
    if (keys == keys_) return;
    if (!keys_.empty()) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    keys_.clear();
    if (keys.empty() || tcgetattr(STDIN_FILENO, &before_) != 0) return;
    keys_ = keys;
    termios watching = before_;
    watching.c_iflag &= ~static_cast<tcflag_t>(IXON);  // else Ctrl-Q is the terminal's own
    watching.c_cc[VEOL] = static_cast<cc_t>(keys.back());
    tcsetattr(STDIN_FILENO, TCSANOW, &watching);
}

}  // namespace podium::cli
