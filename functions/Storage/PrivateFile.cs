using Serverless.Signing;

namespace Serverless.Storage;

/// <summary>A small secret in a file that only its owner may read.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Reads the file, or creates it with the given content. Written aside and moved into place without overwriting, so a crash leaves
    /// no half file and of two processes one wins and both read the winner's.
    /// </summary>
    /// <param name="path">Of the file; its folder is made with it.</param>
    /// <param name="create">Makes the content; null when a missing file is a fault.</param>
    /// <exception cref="CustodianException">It can be neither read nor made, or others can read it.</exception>
    public static string ReadOrCreate(string path, Func<string>? create)
    {
        if (create is null && !File.Exists(path))
        {
            throw new CustodianException($"The file '{path}' (Signing:KeyFolder) is missing; put it there, or set Signing:CreateMissing if this is the only instance.");
        }

        try
        {
            return ReadOrMake(path, create);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CustodianException($"The file '{path}' (Signing:KeyFolder) can be neither read nor made: {e.Message}", e);
        }
    }

    /// <exception cref="IOException">There is such a file already, or it cannot be made.</exception>
    public static void Create(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new StreamWriter(path, options);
        file.Write(content);
    }

    private static string ReadOrMake(string path, Func<string>? create)
    {
        if (!File.Exists(path) && create is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var draft = $"{path}.{Guid.NewGuid():N}";
            Create(draft, create());
            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        RequirePrivate(path);
        return File.ReadAllText(path);
    }

    private static void RequirePrivate(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new CustodianException($"The file '{path}' (Signing:KeyFolder) is open to others than its owner; close it with chmod 600.");
        }
    }
}
