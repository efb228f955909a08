return await Serverless.UpdateServer.RunAsync(args);
