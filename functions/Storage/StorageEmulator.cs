namespace Serverless.Storage;

/// <summary>What tells the storage emulator from an account.</summary>
internal static class StorageEmulator
{
    public const string Account = "devstoreaccount1";
}
