// Prints the include folders of the Node-API headers, separated by semicolons as CMake's lists are.
// node-addon-api's own `include_dir` depends on the working directory, so its folder is asked for instead.
const { dirname } = require('node:path');

const folders = [require('node-api-headers').include_dir, dirname(require.resolve('node-addon-api'))];
process.stdout.write(folders.map((folder) => folder.replaceAll('\\', '/')).join(';'));
