using System.Security.Cryptography;
using Serverless.Storage;

namespace Serverless.Devices;

/// <summary>The pepper of a host without a vault: base64 in a file beside the development key, made at first use.</summary>
internal static class PepperFile
{
    private const string FileName = "pepper";

    public static Pepper Load(string keyFolder) => new(Convert.FromBase64String(PrivateFile.ReadOrCreate(
        Path.Combine(keyFolder, FileName),
        static () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Pepper.MinBytes)))));
}
