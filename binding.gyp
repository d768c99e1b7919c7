{
  "targets": [
    {
      "target_name": "grammask",
      "sources": [
        "<!@(node -p \"require('fs').readFileSync('native/sources.txt','utf8').split(/\\s*\\n\\s*/).filter((line) => line && !line.startsWith('#')).map((line) => 'native/' + line).join(' ')\")"
      ],
      "include_dirs": [
        "native/core",
        "native",
        "<!(node -p \"require('path').relative('.', require('node-api-headers').include_dir)\")",
        "<!(node -p \"require('path').relative('.', require('path').dirname(require.resolve('node-addon-api')))\")"
      ],
      "defines": ["NAPI_VERSION=9", "NAPI_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-O2", "-Wall", "-Wextra", "-ffp-contract=off", "-fvisibility=hidden", "-fvisibility-inlines-hidden"],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
        "CLANG_CXX_LIBRARY": "libc++",
        "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
        "GCC_ENABLE_CPP_RTTI": "YES",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "GCC_OPTIMIZATION_LEVEL": "2",
        "OTHER_CPLUSPLUSFLAGS": ["-ffp-contract=off"],
        "MACOSX_DEPLOYMENT_TARGET": "11.0"
      },
      "msvs_settings": {
        "VCCLCompilerTool": {
          "ExceptionHandling": 1,
          "RuntimeTypeInfo": "true",
          "AdditionalOptions": ["/std:c++20", "/utf-8"]
        }
      }
    }
  ]
}
