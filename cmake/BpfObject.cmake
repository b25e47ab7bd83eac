# SPDX-License-Identifier: Apache-2.0
# add_bpf_object(OUTPUT SOURCE): compiles a BPF program to a CO-RE object. The one place that names clang's flags for BPF.
find_program(CLANG NAMES clang-14 clang REQUIRED)
find_path(LIBBPF_INCLUDE_DIR bpf/bpf_helpers.h REQUIRED)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(bpf_target_arch x86)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(bpf_target_arch arm64)
else()
  message(FATAL_ERROR "BPF programs are built for x86_64 and arm64, not for ${CMAKE_SYSTEM_PROCESSOR}")
endif()

function(add_bpf_object output source)
  cmake_path(GET source FILENAME name)
  add_custom_command(
    OUTPUT ${output}
    # -mcpu=v2: no atomics with a return value, which kernels before 5.12 refuse.
    COMMAND ${CLANG} -target bpf -mcpu=v2 -g -O2 -Wall -Wextra -Wno-unused-parameter -Werror
            -D__TARGET_ARCH_${bpf_target_arch} -I${PROJECT_SOURCE_DIR} -I${PROJECT_SOURCE_DIR}/vmlinux
            -isystem ${LIBBPF_INCLUDE_DIR} -isystem /usr/include/${CMAKE_SYSTEM_PROCESSOR}-linux-gnu
            -MD -MF ${output}.d -c ${source} -o ${output}
    DEPENDS ${source}
    DEPFILE ${output}.d
    COMMENT "BPF ${name}"
    VERBATIM)
endfunction()
