exports.handler = async () => 'bundled by Docker';
