namespace Serverless.Hosts.Standalone;

/// <summary>The checkout that the application runs in, if it does.</summary>
internal static class RepositoryFolder
{
    private const string Mark = "Serverless.sln";

    /// <summary>Looks upwards from the current folder, then from the application's; null outside a checkout.</summary>
    public static string? Find() => new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory }
        .SelectMany(Upwards)
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, Mark)));

    private static IEnumerable<string> Upwards(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
