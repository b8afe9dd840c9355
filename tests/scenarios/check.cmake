# Runs one scenario as a person would.
file(MAKE_DIRECTORY "${PLACE}")
set(ENV{XDG_STATE_HOME} "${PLACE}/state")
set(line run "${NAME}")
if(NOT SETTINGS STREQUAL "")
  string(REPLACE "," ";" settings "${SETTINGS}")
  foreach(setting IN LISTS settings)
    list(APPEND line --set "${setting}")
  endforeach()
endif()
list(JOIN line " " typed)
set(again "again: podium ${typed}")

execute_process(COMMAND "${PODIUM}" ${line} --save "${PLACE}/run.podium"
  OUTPUT_VARIABLE printed ERROR_VARIABLE complaint RESULT_VARIABLE status WORKING_DIRECTORY "${PLACE}")
# With other settings a check may fail, to show that it does: the golden says so.
if(NOT status EQUAL 0 AND (SETTINGS STREQUAL "" OR NOT status EQUAL 1))
  message(FATAL_ERROR "podium ${typed} ended with ${status}, as no scenario of the library does (${again})\n${printed}${complaint}")
endif()

if("$ENV{PODIUM_UPDATE_GOLDENS}" STREQUAL "1")
  file(WRITE "${GOLDEN}" "${printed}")
endif()
if(NOT EXISTS "${GOLDEN}")
  message(FATAL_ERROR "${GOLDEN} is missing; write it with PODIUM_UPDATE_GOLDENS=1 in the environment of this test")
endif()
file(READ "${GOLDEN}" expected)
if(NOT printed STREQUAL expected)
  file(WRITE "${PLACE}/printed.txt" "${printed}")
  execute_process(COMMAND diff -u "${GOLDEN}" "${PLACE}/printed.txt" OUTPUT_VARIABLE difference)
  message(FATAL_ERROR "podium ${typed} does not print its golden (${again}; if that is right, PODIUM_UPDATE_GOLDENS=1)\n${difference}")
endif()

execute_process(COMMAND "${PODIUM}" replay "${PLACE}/run.podium" --quiet
  OUTPUT_VARIABLE printed ERROR_VARIABLE complaint RESULT_VARIABLE status WORKING_DIRECTORY "${PLACE}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the saved run of ${NAME} does not replay (podium replay ${PLACE}/run.podium)\n${printed}${complaint}")
endif()
