# The desktop: the room ui/desktop and the program podium-lab. With PODIUM_DESKTOP off (the preset `headless`) neither
# SFML, ImGui nor OpenGL is looked for.

if(NOT PODIUM_DESKTOP)
  return()
endif()

# One message for all that is missing, with the packages of Debian that have it.
set(PODIUM_DESKTOP_MISSING)
find_package(SFML 2.5 QUIET COMPONENTS graphics window system)
if(NOT SFML_FOUND)
  list(APPEND PODIUM_DESKTOP_MISSING libsfml-dev)
endif()
pkg_check_modules(IMGUI QUIET IMPORTED_TARGET imgui)
if(NOT IMGUI_FOUND)
  list(APPEND PODIUM_DESKTOP_MISSING libimgui-dev libstb-dev)
endif()
pkg_check_modules(FREETYPE QUIET IMPORTED_TARGET freetype2)
if(NOT FREETYPE_FOUND)
  list(APPEND PODIUM_DESKTOP_MISSING libfreetype-dev)
endif()
find_package(OpenGL QUIET COMPONENTS OpenGL EGL)
if(NOT OpenGL_FOUND)
  list(APPEND PODIUM_DESKTOP_MISSING libgl-dev libegl-dev)
endif()
if(PODIUM_DESKTOP_MISSING)
  list(JOIN PODIUM_DESKTOP_MISSING " " PODIUM_DESKTOP_MISSING)
  message(FATAL_ERROR "The desktop needs packages that are missing: apt-get install ${PODIUM_DESKTOP_MISSING}; "
    "or build without it: cmake --preset headless")
endif()

podium_room(ui/desktop podium_ui_cli
  sfml-graphics sfml-window sfml-system PkgConfig::IMGUI PkgConfig::FREETYPE OpenGL::GL OpenGL::EGL ${CMAKE_DL_LIBS})

if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/ui/desktop/main.cpp")
  add_executable(podium-lab ui/desktop/main.cpp)
  target_link_libraries(podium-lab PRIVATE podium_ui_desktop)
endif()
