#pragma once

// The icons in use, of Font Awesome 4.7 (Debian's fonts-font-awesome), as UTF-8.

namespace podium::desktop::icon {

inline constexpr const char* kPlay = "\xef\x81\x8b";
inline constexpr const char* kPause = "\xef\x81\x8c";
inline constexpr const char* kStep = "\xef\x81\x91";
inline constexpr const char* kBack = "\xef\x81\x88";
inline constexpr const char* kCheck = "\xef\x80\x8c";
inline constexpr const char* kCross = "\xef\x80\x8d";
inline constexpr const char* kBolt = "\xef\x83\xa7";
inline constexpr const char* kTerminal = "\xef\x84\xa0";
inline constexpr const char* kCube = "\xef\x86\xb2";
inline constexpr const char* kCubes = "\xef\x86\xb3";
inline constexpr const char* kServer = "\xef\x88\xb3";
inline constexpr const char* kBulb = "\xef\x83\xab";
inline constexpr const char* kStar = "\xef\x80\x85";
inline constexpr const char* kRefresh = "\xef\x80\xa1";
inline constexpr const char* kGlobe = "\xef\x82\xac";
inline constexpr const char* kFork = "\xef\x84\xa6";
inline constexpr const char* kBook = "\xef\x80\xad";
inline constexpr const char* kClock = "\xef\x80\x97";
inline constexpr const char* kHeartbeat = "\xef\x88\x9e";
inline constexpr const char* kRight = "\xef\x81\x94";
inline constexpr const char* kSearch = "\xef\x80\x82";
inline constexpr const char* kDownload = "\xef\x80\x99";
inline constexpr const char* kHourglass = "\xef\x89\x92";
inline constexpr const char* kStop = "\xef\x81\x8d";
inline constexpr const char* kGhost = "\xef\x84\xa7";
inline constexpr const char* kWarning = "\xef\x81\xb1";
inline constexpr const char* kList = "\xef\x80\xba";
inline constexpr const char* kChart = "\xef\x82\x80";
inline constexpr const char* kScales = "\xef\x89\x8e";
inline constexpr const char* kFire = "\xef\x81\xad";
inline constexpr const char* kBars = "\xef\x83\x89";
inline constexpr const char* kLock = "\xef\x80\xa3";
inline constexpr const char* kChip = "\xef\x8b\x9b";
inline constexpr const char* kSnow = "\xef\x8b\x9c";
inline constexpr const char* kPlus = "\xef\x81\xa7";
inline constexpr const char* kMinus = "\xef\x81\xa8";
inline constexpr const char* kWhole = "\xef\x82\xb2";
inline constexpr const char* kCircle = "\xef\x84\x91";
inline constexpr const char* kHistory = "\xef\x87\x9a";
inline constexpr const char* kCaretDown = "\xef\x83\x97";
inline constexpr const char* kKeyboard = "\xef\x84\x9c";
inline constexpr const char* kSave = "\xef\x83\x87";
inline constexpr const char* kInfo = "\xef\x81\x9a";
inline constexpr const char* kSpinner = "\xef\x84\x90";

}  // namespace podium::desktop::icon
