#pragma once

// Signal numbers and names as Linux on x86-64 has them.

#include <string>
#include <string_view>

namespace podium::shell {

inline constexpr int kSigHup = 1;
inline constexpr int kSigInt = 2;
inline constexpr int kSigQuit = 3;
inline constexpr int kSigAbrt = 6;
inline constexpr int kSigKill = 9;
inline constexpr int kSigUsr1 = 10;
inline constexpr int kSigSegv = 11;
inline constexpr int kSigUsr2 = 12;
inline constexpr int kSigPipe = 13;
inline constexpr int kSigAlrm = 14;
inline constexpr int kSigTerm = 15;
inline constexpr int kSigChld = 17;
inline constexpr int kSigCont = 18;
inline constexpr int kSigStop = 19;
inline constexpr int kSigTstp = 20;
inline constexpr int kSigWinch = 28;
inline constexpr int kHighestSignal = 64;

/// The number of "TERM", "SIGTERM", "term" or "15"; -1 when there is no such signal ("0" gives 0).
int signal_number(std::string_view name);
/// "TERM" for 15; "RTMIN+1" and the like above 34; the number as text where there is no name.
std::string signal_name(int number);

}  // namespace podium::shell
