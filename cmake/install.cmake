# `cmake --install` and CPack: the program with its data, which it finds at ../share/podium from where it is, so that
# the whole can be moved. The component "podium" is the headless program; the desktop is a component of its own.

set(PODIUM_DATA_DESTINATION "${CMAKE_INSTALL_DATADIR}/podium")

# The program looks beside itself first; this tree is where it looks when it was only built. See ui/cli/installation.hpp.
set_property(SOURCE "${CMAKE_CURRENT_SOURCE_DIR}/ui/cli/installation.cpp" APPEND PROPERTY COMPILE_DEFINITIONS
  PODIUM_VERSION="${PROJECT_VERSION}" PODIUM_SOURCE_DATA_DIRECTORY="${CMAKE_CURRENT_SOURCE_DIR}")

if(NOT TARGET podium)
  return()
endif()

install(TARGETS podium RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT podium)
install(DIRECTORY scenarios DESTINATION "${PODIUM_DATA_DESTINATION}" COMPONENT podium
  PATTERN "golden*" EXCLUDE)
if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/lessons/content")
  install(DIRECTORY lessons/content DESTINATION "${PODIUM_DATA_DESTINATION}/lessons" COMPONENT podium)
endif()
if(TARGET podium-lab)
  install(TARGETS podium-lab RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT podium-lab)
endif()
install(FILES README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT podium)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME podium)
set(CPACK_PACKAGE_VENDOR "The Podium developers")
set(CPACK_PACKAGE_CONTACT "The Podium developers <podium@example.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL podium)
if(TARGET podium-lab)
  list(APPEND CPACK_COMPONENTS_ALL podium-lab)
endif()
set(CPACK_COMPONENT_PODIUM_DESCRIPTION
  "Podium simulates hosts, containers, networks and failures as discrete events,
runs the policies of container engines and orchestrators against them, and
shows what happens and why. This package is the program for the terminal
with its scenarios; nothing in it needs a display, a container engine or
the network.")

set(CPACK_COMPONENT_PODIUM-LAB_DESCRIPTION
  "The desktop lab of Podium: the simulated cluster live in a window, with
time in one's hands, faults by a click and lessons. Pictures of it need no
display.")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PODIUM_PACKAGE_NAME podium)
set(CPACK_DEBIAN_PODIUM_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PODIUM_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PODIUM_PACKAGE_SHLIBDEPS ON)
# The lab finds podium's data, so it goes with the podium of its version; fonts and the software renderer are found at run time.
set(CPACK_DEBIAN_PODIUM-LAB_PACKAGE_NAME podium-lab)
set(CPACK_DEBIAN_PODIUM-LAB_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PODIUM-LAB_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PODIUM-LAB_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PODIUM-LAB_PACKAGE_DEPENDS
  "podium (= ${PROJECT_VERSION}), fonts-inter, fonts-jetbrains-mono, fonts-font-awesome, libgl1-mesa-dri, libegl-mesa0")
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
