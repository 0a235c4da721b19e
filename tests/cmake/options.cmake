# Compiler and linker options of our own code. Generated code is exempt from the
# warnings (it is not ours to mend) but not from the sanitizers.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(amanah_flags INTERFACE)
target_compile_options(amanah_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
target_include_directories(amanah_flags INTERFACE ${CMAKE_SOURCE_DIR})

if(AMANAH_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=address,undefined)
elseif(AMANAH_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
if(AMANAH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# How tests are compiled: what takes long in them is compiling.
add_library(amanah_test_flags INTERFACE)
target_link_libraries(amanah_test_flags INTERFACE amanah_flags)
target_compile_options(amanah_test_flags INTERFACE -O0)

# amanah_library(NAME SOURCES... DEPS targets...): one static library per folder.
function(amanah_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE amanah_flags PUBLIC ${ARG_DEPS})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

# amanah_precompile(NAME headers...): headers of others that most files of a
# target include, read once; it halves the time of a build from nothing. Each
# file includes what it needs all the same.
function(amanah_precompile name)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(ARGV1 STREQUAL REUSE_FROM)
      target_precompile_headers(${name} ${ARGN})
    else()
      target_precompile_headers(${name} PRIVATE ${ARGN})
    endif()
    # Without it ccache cannot tell what a precompiled header holds.
    target_compile_options(${name} PRIVATE -fpch-preprocess)
  endif()
endfunction()

# amanah_test(NAME SOURCES... DEPS...): one GoogleTest binary per folder.
function(amanah_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE amanah_test_flags ${ARG_DEPS}
    amanah_test_support GTest::gtest GTest::gmock GTest::gtest_main)
  amanah_precompile(${name} REUSE_FROM amanah_test_support)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
  set_property(GLOBAL APPEND PROPERTY AMANAH_TESTS ${name})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
