namespace Serverless.Storage;

/// <summary>The storage settings cannot be used. The message is one sentence that names the setting.</summary>
internal sealed class StorageSettingException(string message, Exception? inner = null) : Exception(message, inner);
